import CSPMSyntax
import ProcessTerms

/// Events: complete values of channels, numbered as they are met.
extension Evaluator {
  func event(_ value: DotValue, at span: Span) throws -> Event {
    if let known = value.event { return known }
    if let known = events[.dot(value)] {
      value.event = known
      return known
    }
    guard let tag = value.tag, tag.kind == .channel else {
      throw mismatch("an event", .dot(value), at: span)
    }
    guard value.isComplete else {
      let missing = try fieldSets(of: tag, at: span).count - value.fields.count
      throw Diagnostic(
        id: "incomplete-event",
        missing > 0
          ? "\(describe(.dot(value))) is not a complete event: channel \(tag.name) takes \(missing) more "
            + "field\(missing == 1 ? "" : "s")"
          : "\(describe(.dot(value))) is not a complete event: its last field lacks something", at: span)
    }
    let event = table.alphabet.append(describe(.dot(value)))
    events[.dot(value)] = event
    eventValues[event.id] = value
    value.event = event
    return event
  }

  func event(_ value: Value, at span: Span) throws -> Event {
    guard case .dot(let d) = value else { throw mismatch("an event", value, at: span) }
    return try event(d, at: span)
  }

  /// `Events`: every event of every channel.
  func allEvents(at span: Span) throws -> SetValue {
    if let allEvents { return allEvents }
    var all: [Value] = []
    for channel in channels { all += try elements(of: productions(.dot(plain(channel)), at: span), at: span) }
    let set = SetValue(unordered: all)
    allEvents = set
    return set
  }

  /// A set of events as the machinery wants it.
  func eventSet(_ code: Code, _ f: Frame) throws -> EventSet {
    try eventSet(try expectSet(try code.evaluate(self, f), at: code.span), at: code.span)
  }
  func eventSet(_ set: SetValue, at span: Span) throws -> EventSet {
    if let known = set.eventSet { return known }
    let handle = table.set(try elements(of: set, at: span).map { try event($0, at: span) })
    set.eventSet = handle
    return handle
  }

  /// The pairs of a renaming or linkage; pairs of channels stand for all their events, extended alike on both sides.
  func eventPairs(_ code: PairsCode, _ f: Frame, at span: Span) throws -> [(Event, Event)] {
    var pairs: [(Event, Event)] = []
    try forEach(code.statements, f, at: span) {
      for (left, right) in code.pairs {
        let from = try expectChannel(left, f), to = try expectChannel(right, f)
        if from.isComplete {
          pairs.append((try event(from, at: left.span), try event(to, at: right.span)))
          continue
        }
        for value in try elements(of: productions(.dot(from), at: left.span), at: left.span) {
          guard case .dot(let whole) = value, let rest = suffix(of: whole, after: from) else { continue }
          var image = to
          for field in rest { image = try dotted(image, field, at: right.span) }
          pairs.append((try event(whole, at: left.span), try event(image, at: right.span)))
          try step(at: span)
        }
      }
    }
    return pairs
  }

  private func expectChannel(_ code: Code, _ f: Frame) throws -> DotValue {
    let value = try element(code, f)
    guard case .dot(let d) = value, d.tag?.kind == .channel else {
      throw mismatch("a channel or an event", value, at: code.span)
    }
    return d
  }

  /// The pairs of a linked parallel; no event may be tied twice on one side (Documentation/Semantics, linked parallel).
  func linkage(_ code: PairsCode, _ f: Frame, at span: Span) throws -> Linkage {
    let pairs = try eventPairs(code, f, at: span)
    var lefts: Set<Event> = [], rights: Set<Event> = []
    var seen: Set<LinkageContents.Link> = []
    for (left, right) in pairs where seen.insert(.init(left: left, right: right)).inserted {
      for (event, isNew) in [(left, lefts.insert(left).inserted), (right, rights.insert(right).inserted)] where !isNew {
        throw Diagnostic(
          id: "tied-twice", "\(table.alphabet.name(event)) is tied twice on one side of a linked parallel", at: span)
      }
    }
    return table.linkage(seen)
  }
}
