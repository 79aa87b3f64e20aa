import Refinement

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

/// Limits in words.
enum LimitText {
  static func of(_ limit: LimitReached) -> String {
    switch limit {
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

  /// Of a search that ended so; an interrupted one says how far it came.
  static func of(_ limit: LimitReached, _ statistics: Statistics) -> String {
    guard limit == .cancelled else { return of(limit) }
    guard statistics.plies > 0 else { return "interrupted before the search" }
    return "interrupted after \(counted(statistics.states, "state")), "
      + "\(counted(statistics.transitions, "transition")), in ply \(grouped(statistics.plies - 1)) with "
      + "\(counted(statistics.waiting, "state")) waiting"
  }
}

/// `12,345,678`
func grouped(_ n: Int) -> String {
  var digits = Array(String(n))
  var at = digits.count - 3
  while at > (n < 0 ? 1 : 0) {
    digits.insert(",", at: at)
    at -= 3
  }
  return String(digits)
}

/// `1 state`, `2 states`
func counted(_ n: Int, _ noun: String) -> String { "\(grouped(n)) \(noun)\(n == 1 ? "" : "s")" }

/// `1.5 GiB`
func size(_ bytes: Int) -> String {
  var value = Double(bytes), unit = 0
  let units = ["B", "KiB", "MiB", "GiB", "TiB"]
  while value >= 1024, unit < units.count - 1 {
    value /= 1024
    unit += 1
  }
  return unit == 0 ? "\(bytes) B" : "\(fixed(value)) \(units[unit])"
}

/// One digit behind the point.
func fixed(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return "\(tenths / 10).\(abs(tenths % 10))"
}

/// `0.35 s`, `12 ms`
func time(_ duration: Duration) -> String {
  let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  return seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\(fixed(seconds)) s"
}
