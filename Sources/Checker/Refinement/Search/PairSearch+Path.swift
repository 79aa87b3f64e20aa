import TransitionSystems

extension PairSearch {
  struct Step {
    var event: Int32
    /// The implementation's state.
    var target: Word
  }

  /// A shortest path to a pair of the last ply, found backwards through the ply log: in each ply the first pair that
  /// leads on, by its smallest event. Takes no longer than the search did, and heeds no limit.
  func path(to pair: Word) throws -> [Step] {
    var target = pair, steps: [Step] = []
    var outbox = Outbox<Word>(capacity: 256)
    for ply in log.plies.dropLast().reversed() {
      var reader = WordStream.Reader(ply), found = false
      while !found, reader.remaining > 0 {
        let from = reader.read()
        if let event = try event(from, target, &outbox) {
          steps.append(Step(event: event, target: target & stateMask))
          target = from
          found = true
        }
      }
      precondition(found, "every pair has a predecessor in the ply before")
    }
    return steps.reversed()
  }

  func state(of pair: Word) -> Word { pair & stateMask }

  func node(of pair: Word) -> Int32 { Int32(truncatingIfNeeded: pair >> nodeShift) }

  /// The smallest event by which pair `from` leads to pair `target`.
  private func event(_ from: Word, _ target: Word, _ outbox: inout Outbox<Word>) throws -> Int32? {
    let source = node(of: from), end = node(of: target)
    if let specification, specification.pointee.diverges[Int(source)] { return nil }
    outbox.count = 0
    try machine.successors(of: state(of: from), into: &outbox)
    var least: Int32?
    for i in 0..<outbox.count where outbox.words[i] == state(of: target) {
      let event = outbox.events[i]
      let next =
        event == EventID.tau || question.specification == nil
        ? source : try question.specification!.source.next(source, event)
      if next == end { least = min(least ?? event, event) }
    }
    return least
  }
}
