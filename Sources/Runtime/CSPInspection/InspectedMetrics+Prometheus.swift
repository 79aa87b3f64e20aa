// Metrics as a page that Prometheus scrapes.

extension InspectedMetrics {
  /// What a page with ``prometheusText`` is served as.
  public static let prometheusContentType = "text/plain; version=0.0.4; charset=utf-8"

  /// The metrics in the text exposition format of Prometheus, version 0.0.4.
  ///
  /// Families without a sample are left out. The values are written so that reading them gives the same numbers back.
  ///
  /// - Complexity: linear in the samples.
  ///
  /// > Source: Prometheus, "Exposition formats", section "Text-based format".
  public var prometheusText: String {
    var text = ""
    for family in families where !family.samples.isEmpty {
      text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
      text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
      for sample in family.samples {
        let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
        text += "\(family.name){\(labels.joined(separator: ","))} \(written(sample.value))\n"
      }
    }
    return text
  }
}

private func escaped(_ text: String, quotes: Bool) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\"" where quotes: result += "\\\""
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

private func written(_ value: Double) -> String {
  if value == .infinity { return "+Inf" }
  return Int(exactly: value).map(String.init) ?? value.description
}
