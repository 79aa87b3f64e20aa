import ArgumentParser

/// An amount of memory on the command line: `2G`, `512M`, `100k`, plain bytes.
struct ByteCount: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    var digits = argument.uppercased()
    if digits.hasSuffix("B") { digits.removeLast() }
    if digits.hasSuffix("I") { digits.removeLast() }
    let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30, "T": 40]
    var shift = 0
    if let last = digits.last, let found = shifts[last] {
      shift = found
      digits.removeLast()
    }
    guard let number = Int(digits), number > 0, number <= Int.max >> shift else { return nil }
    bytes = number << shift
  }
}

/// A span of time on the command line: `30s`, `5m`, `2h`, `500ms`, plain seconds.
struct TimeSpan: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)]
    for (suffix, seconds) in units where argument.hasSuffix(suffix) {
      guard let number = Double(argument.dropLast(suffix.count)), number > 0, number * seconds < 1e9 else { return nil }
      duration = .seconds(number * seconds)
      return
    }
    return nil
  }
}

/// A count that must be positive.
struct PositiveCount: ExpressibleByArgument {
  let value: Int
  init?(argument: String) {
    guard let number = Int(argument), number > 0 else { return nil }
    value = number
  }
}
