public import Refinement

/// Limits and amounts in words.
extension LimitReached {
  /// What was reached, as in `the time was over`.
  public var words: String {
    switch self {
    case .states(let n): "more than \(grouped(n)) states"
    case .memory(let bytes): "more than \(size(bytes)) of memory"
    case .spill(let directory): "no room left in \(directory) for what was found"
    case .terms(let n):
      "more than \(grouped(n)) states explored one by one; the process may have infinitely many, and if it has not, "
        + "--max-states raises the limit"
    case .deadline: "the time was over"
    case .cancelled: "it was interrupted"
    }
  }

  /// The same of a search that ended so; an interrupted one says how far it came.
  public func words(of statistics: Statistics) -> String {
    guard self == .cancelled else { return words }
    guard statistics.plies > 0 else { return "interrupted before the search" }
    return "interrupted after \(counted(statistics.states, "state")), "
      + "\(counted(statistics.transitions, "transition")), in ply \(grouped(statistics.plies - 1)) with "
      + "\(counted(statistics.waiting, "state")) waiting"
  }
}

/// `1 state`, `2 states`
package func counted(_ n: Int, _ noun: String) -> String { "\(grouped(n)) \(noun)\(n == 1 ? "" : "s")" }

/// `12,345,678`
package func grouped(_ n: Int) -> String {
  var digits = Array(String(n))
  var at = digits.count - 3
  while at > (n < 0 ? 1 : 0) {
    digits.insert(",", at: at)
    at -= 3
  }
  return String(digits)
}

/// `1.5 GiB`
package func size(_ bytes: Int) -> String {
  var value = Double(bytes), unit = 0
  let units = ["B", "KiB", "MiB", "GiB", "TiB"]
  while value >= 1024, unit < units.count - 1 {
    value /= 1024
    unit += 1
  }
  return unit == 0 ? "\(bytes) B" : "\(fixed(value)) \(units[unit])"
}

/// One digit behind the point.
package func fixed(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(abs(tenths % 10))"
}
