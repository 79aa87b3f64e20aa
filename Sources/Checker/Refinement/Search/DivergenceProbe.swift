import TransitionSystems

/// Finds states that can perform τ for ever, by depth-first search along τ, each state entered once in all.
///
/// Invariant: as long as no cycle was found, every state in `entered` that is not on the path is free of divergence;
/// the search ends with the first cycle.
struct DivergenceProbe<M: Machine>: ~Copyable {
  typealias Word = M.Word

  private let machine: M
  private let budget: Budget
  /// States after which it gives up.
  private let limit: Int?
  private(set) var isExhausted = false
  private var entered: VisitedSet<Word>
  private var path = PathSet<Word>()
  /// For each state of the path, the part of `targets` that is still to be followed.
  private var remaining: [Range<Int>] = []
  /// The τ-successors of the states on the path, one list after the other.
  private var targets: [Word] = []
  private var outbox = Outbox<Word>(capacity: 64)

  init(_ machine: M, _ budget: Budget, limit: Int? = nil) throws {
    let entered = try VisitedSet<Word>(keyBits: machine.stateBits, budget: budget)
    self.limit = limit
    self.machine = machine
    self.budget = budget
    self.entered = entered
  }

  var bytes: Int { entered.bytes + path.bytes + targets.capacity * MemoryLayout<Word>.size }

  /// The first τ-cycle on the way from `root`, if there is one: the states after `root` up to the first of the loop, and
  /// those of the loop, which ends where it began. Nil as well where it gave up, after which it must not be asked again.
  mutating func cycle(from root: Word) throws -> (stem: [Word], loop: [Word])? {
    guard try entered.insert(root) else { return nil }
    try push(root)
    while let range = remaining.last {
      if let limit, entered.count > limit {
        isExhausted = true
        return nil
      }
      if range.isEmpty {
        path.removeLast()
        remaining.removeLast()
        targets.removeLast(targets.count - (remaining.last?.upperBound ?? 0))
        continue
      }
      let target = targets[range.lowerBound]
      remaining[remaining.count - 1] = (range.lowerBound + 1)..<range.upperBound
      if try entered.insert(target) {
        try push(target)
      } else if path.contains(target) {
        let states = path.path, at = states.firstIndex(of: target)!
        return (Array(states[..<(at + 1)].dropFirst()), states[(at + 1)...] + [target])
      }
    }
    return nil
  }

  /// A state without τ is not put on the path: no cycle goes through it.
  private mutating func push(_ state: Word) throws {
    if M.isOpenEnded { try budget.spendTerms() } else { try budget.tick() }
    outbox.count = 0
    try machine.successors(of: state, into: &outbox)
    let start = targets.count
    for i in 0..<outbox.count where outbox.events[i] == EventID.tau {
      entered.prefetch(outbox.words[i])
      targets.append(outbox.words[i])
    }
    if targets.count == start { return }
    path.append(state)
    remaining.append(start..<targets.count)
  }
}
