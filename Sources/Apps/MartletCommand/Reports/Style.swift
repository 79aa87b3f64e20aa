import CSPM

/// Colours of a terminal; none where the output is not one.
struct Style {
  let isColoured: Bool

  private func wrap(_ text: String, _ code: String) -> String { isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
  func good(_ text: String) -> String { wrap(text, "32") }
  func bad(_ text: String) -> String { wrap(text, "31;1") }
  func open(_ text: String) -> String { wrap(text, "33") }
  func strong(_ text: String) -> String { wrap(text, "1") }
  func faint(_ text: String) -> String { wrap(text, "2") }
}

/// `0.35 s`, `12 ms`
func time(_ duration: Duration) -> String {
  let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  return seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\(fixed(seconds)) s"
}
