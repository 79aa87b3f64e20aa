/// Processes by dense numbers, in the order in which they are met, with their steps, found when they are asked for.
///
/// What makes certificates of millions of states possible: numbers index arrays, and steps are kept as numbers.
import ProcessTerms

final class NumberedProcesses {
  struct Step {
    let event: Event
    /// The number of the target.
    let target: Int32
  }

  let interpreter: ReferenceInterpreter
  /// More of them end in `StateLimitReached`.
  private let limit: Int
  /// Called now and then with how many processes there are; what it throws ends the work.
  private let checkpoint: (Int) throws -> Void
  private var calls = 0
  private(set) var processes: [Process] = []
  /// By process id; −1 for one that has no number.
  private var numbers: [Int32] = []
  /// By number, where the steps lie in `all`; an empty list begins at `unknown` while it is not known.
  private var extents: [(start: Int, count: Int32)] = []
  private var all: [Step] = []
  private static let unknown = -1

  init(_ interpreter: ReferenceInterpreter, limit: Int, _ checkpoint: @escaping (Int) throws -> Void) {
    self.interpreter = interpreter
    self.limit = limit
    self.checkpoint = checkpoint
  }

  var table: ProcessTable { interpreter.table }
  var count: Int { processes.count }

  func number(of p: Process) throws -> Int32 {
    let p = try table.resolve(p)
    if numbers.count <= Int(p.id) {
      numbers.append(contentsOf: repeatElement(-1, count: Int(p.id) + 1 - numbers.count))
    }
    if numbers[Int(p.id)] >= 0 { return numbers[Int(p.id)] }
    if count == limit { throw ReferenceInterpreter.StateLimitReached(limit: limit) }
    let number = Int32(count)
    numbers[Int(p.id)] = number
    processes.append(p)
    extents.append((Self.unknown, 0))
    return number
  }

  func isTerminated(_ number: Int32) -> Bool { processes[Int(number)] == table.omega }

  /// Ascending by event, then by target.
  func steps(_ number: Int32) throws -> [Step] {
    // Every loop over processes asks for their steps, so that this is where time is looked at.
    if calls % 256 == 0 { try checkpoint(count) }
    calls += 1
    if extents[Int(number)].start == Self.unknown {
      let found = try interpreter.stepsOnce(of: processes[Int(number)])
      let start = all.count
      for step in found { all.append(Step(event: step.event, target: try self.number(of: step.target))) }
      extents[Int(number)] = (start, Int32(found.count))
    }
    let extent = extents[Int(number)]
    return Array(all[extent.start..<(extent.start + Int(extent.count))])
  }

  /// What a process accepts when it refuses as much as it can, ascending: ✓ alone where it can terminate, its initials
  /// where it is stable; nil where neither, for then it refuses nothing (see `ReferenceInterpreter+Observation.swift`).
  func acceptance(_ number: Int32) throws -> [Event]? {
    var initials: [Event] = []
    var isStable = true
    for step in try steps(number) {
      if step.event == .tick { return [.tick] }
      if step.event == .tau { isStable = false } else if initials.last != step.event { initials.append(step.event) }
    }
    return isStable ? initials : nil
  }

  /// Whether none of `numbers`, closed under τ, can do τ for ever: then taking away those that no τ leads to, one after
  /// the other, leaves none.
  func isDivergenceFree(_ numbers: some Sequence<Int32>) throws -> Bool {
    var waysIn: [Int32: Int] = [:]
    for number in numbers {
      waysIn[number, default: 0] += 0
      for step in try steps(number) where step.event == .tau { waysIn[step.target, default: 0] += 1 }
    }
    var leaving = waysIn.filter { $0.value == 0 }.map(\.key)
    var left = waysIn.count
    while let number = leaving.popLast() {
      left -= 1
      for step in try steps(number) where step.event == .tau {
        waysIn[step.target]! -= 1
        if waysIn[step.target] == 0 { leaving.append(step.target) }
      }
    }
    return left == 0
  }
}
