import TransitionSystems

/// Finds states that can perform τ for ever, by depth-first search along τ, each state entered once in all.
///
/// Invariant: as long as no cycle was found, every state in `entered` that is not on the path is free of divergence;
/// the search ends with the first cycle.
struct DivergenceProbe<M: Machine>: ~Copyable {
  typealias Word = M.Word

  private let machine: M
  private let budget: Budget
  private var entered: VisitedSet<Word>
  private var onPath: Set<Word> = []
  private var frames: [Frame] = []
  /// The τ-successors of the states on the path, one list after the other.
  private var targets: [Word] = []
  private var outbox = Outbox<Word>(capacity: 64)

  private struct Frame {
    var state: Word
    /// Its targets: those before `next` were followed.
    var start: Int, next: Int, end: Int
  }

  init(_ machine: M, _ budget: Budget) throws {
    self.machine = machine
    self.budget = budget
    entered = try VisitedSet(keyBits: machine.stateBits, budget: budget)
  }

  var bytes: Int { entered.bytes + targets.capacity * MemoryLayout<Word>.size }

  /// The first τ-cycle on the way from `root`, if there is one: the states after `root` up to the first of the loop, and
  /// those of the loop, which ends where it began.
  mutating func cycle(from root: Word) throws -> (stem: [Word], loop: [Word])? {
    guard try entered.insert(root) else { return nil }
    try push(root)
    while let frame = frames.last {
      if frame.next == frame.end {
        onPath.remove(frame.state)
        targets.removeLast(targets.count - frame.start)
        frames.removeLast()
        continue
      }
      let target = targets[frame.next]
      frames[frames.count - 1].next += 1
      if try entered.insert(target) {
        try push(target)
      } else if onPath.contains(target) {
        let path = frames.map(\.state), at = path.firstIndex(of: target)!
        return (Array(path[..<(at + 1)].dropFirst()), path[(at + 1)...] + [target])
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
    for i in 0..<outbox.count where outbox.events[i] == EventID.tau { targets.append(outbox.words[i]) }
    if targets.count == start { return }
    onPath.insert(state)
    frames.append(Frame(state: state, start: start, next: start, end: targets.count))
  }
}
