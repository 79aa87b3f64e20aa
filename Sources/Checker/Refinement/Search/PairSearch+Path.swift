import TransitionSystems

extension PairSearch {
  struct Step {
    var event: Int32
    /// The implementation's state.
    var target: Word
  }

  /// A shortest path to a pair of the log, found backwards through the ply log: in each ply the first pair that
  /// leads on, by its smallest event. Takes no longer than the search did, and heeds no limit.
  func path(to pair: Word) throws -> [Step] {
    var target = pair, steps: [Step] = []
    var outbox = Outbox<Word>(capacity: 256)
    let coder = log.coder, code = coder.encode(pair)
    for ply in log.plies.reversed().drop(while: { !$0.contains { $0.contains(code) } }).dropFirst() {
      var first: (pair: Word, event: Int32)?
      for stream in ply {
        var reader = WordStream.Reader(stream)
        while reader.remaining > 0 {
          let from = coder.decode(reader.read())
          if let first, first.pair <= from { break }
          if let event = try event(from, target, &outbox) {
            first = (from, event)
            break
          }
        }
      }
      guard let first else { preconditionFailure("every pair has a predecessor in the ply before") }
      steps.append(Step(event: first.event, target: state(of: target)))
      target = first.pair
      log.park()
    }
    return steps.reversed()
  }

  func state(of pair: Word) -> Word { pair & expander.stateMask }

  func node(of pair: Word) -> Int32 { Int32(truncatingIfNeeded: pair >> expander.nodeShift) }

  /// The smallest event by which pair `from` leads to pair `target`.
  private func event(_ from: Word, _ target: Word, _ outbox: inout Outbox<Word>) throws -> Int32? {
    let source = node(of: from), end = node(of: target)
    if let tables = question.specification?.tables, tables.pointee.diverges[Int(source)] { return nil }
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
