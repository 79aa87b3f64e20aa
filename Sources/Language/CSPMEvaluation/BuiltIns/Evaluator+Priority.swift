import CSPMSyntax
import ProcessTerms

/// Priority orders (UCS section 20.2; FDR manual, `prioritise`, `prioritisepo`).
extension Evaluator {
  /// `prioritise(P, <A0, A1, …>)`: an event of Aj gives way to those of every Ai with i < j, and, where j > 0, to τ and
  /// ✓, which rank with A0.
  func priority(_ levels: [Value], at span: Span) throws -> Priority {
    if levels.isEmpty {
      throw Diagnostic(id: "empty-priority", "prioritise needs at least one set of events, the sequence is empty", at: span)
    }
    var winners: [Event: Swift.Set<Event>] = [:]
    var above: Swift.Set<Event> = [.tau, .tick]
    var seen: Swift.Set<Event> = []
    for (level, value) in levels.enumerated() {
      let set = try expectSet(try force(value, at: span), at: span)
      let events = try elements(of: set, at: span).map { try event($0, at: span) }
      if let twice = events.first(where: { seen.contains($0) }) {
        throw Diagnostic(
          id: "priority-twice", "\(table.alphabet.name(twice)) stands in two sets of one priority order", at: span)
      }
      seen.formUnion(events)
      if level > 0 { for event in events { winners[event] = above } }
      above.formUnion(events)
    }
    return table.priority(winners)
  }

  /// `prioritisepo(P, E, O, M)`: (a, b) in O means that b gives way to a; what is not in M gives way to τ and ✓.
  func priority(events: SetValue, order: SetValue, maximal: SetValue, at span: Span) throws -> Priority {
    let top = Swift.Set(try elements(of: maximal, at: span).map { try event($0, at: span) })
    let all = Swift.Set(try elements(of: events, at: span).map { try event($0, at: span) })
    if let stray = top.subtracting(all).min() { throw outside(stray, at: span) }
    var above: [Event: Swift.Set<Event>] = [:]
    for item in try elements(of: order, at: span) {
      guard case .tuple(let pair) = item, pair.elements.count == 2 else { throw mismatch("a pair", item, at: span) }
      let high = try event(pair.elements[0], at: span), low = try event(pair.elements[1], at: span)
      if top.contains(low) {
        throw Diagnostic(
          id: "priority-of-maximal",
          "\(table.alphabet.name(low)) is maximal, so the order may not put \(table.alphabet.name(high)) above it",
          at: span)
      }
      if let stray = [high, low].first(where: { !all.contains($0) }) { throw outside(stray, at: span) }
      above[low, default: []].insert(high)
    }
    var winners: [Event: Swift.Set<Event>] = [:]
    for low in all.sorted() where !top.contains(low) {
      var closed: Swift.Set<Event> = [.tau, .tick], todo = Array(above[low] ?? [])
      while let next = todo.popLast() {
        if closed.insert(next).inserted { todo += above[next] ?? [] }
      }
      if closed.contains(low) {
        throw Diagnostic(
          id: "cyclic-priority", "the priority order is cyclic: \(table.alphabet.name(low)) is above itself", at: span)
      }
      winners[low] = closed
    }
    return table.priority(winners)
  }

  private func outside(_ event: Event, at span: Span) -> Diagnostic {
    Diagnostic(
      id: "priority-outside", "\(table.alphabet.name(event)) is not among the events that are prioritised", at: span)
  }
}
