import CSPMSyntax
import ProcessTerms

/// A field of a prefix.
enum FieldCode {
  case output(Code)
  /// `?p`, `?p:S`, and `$p`, `$p:S` where the choice is internal. The pattern of `?x.y` is one part a dot.
  case input(parts: [PatternCode], set: Code?, isInternal: Bool, Span)
}

/// `c?x!y$z -> P`: the menu of all its events; with `$`, the internal choice of one menu a choice of those fields.
final class PrefixCode: ProcessCode {
  let channel: Code
  let fields: [FieldCode]
  let after: DeferredCode
  /// In a timed section, its `tock`, and the function that says how long an event takes.
  let timing: (tock: Tag, duration: Code?)?
  /// One past the last `$` field.
  private let menuStart: Int

  init(
    _ channel: Code, _ fields: [FieldCode], _ after: DeferredCode, timing: (tock: Tag, duration: Code?)?, _ span: Span
  ) {
    self.timing = timing
    self.channel = channel
    self.fields = fields
    self.after = after
    var start = 0
    for (i, field) in fields.enumerated() { if case .input(_, _, isInternal: true, _) = field { start = i + 1 } }
    menuStart = start
    super.init(span)
  }

  override func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    let value = try channel.evaluate(e, f)
    guard case .dot(let base) = value, base.tag?.kind == .channel else {
      throw e.mismatch("a channel or an event", value, at: channel.span)
    }
    if menuStart == 0 { return try menu(base, e, f) }
    var choices: [Process] = []
    try extend(0, upTo: menuStart, base, e, f) { choices.append(try self.menu($0, e, f)) }
    return e.table.internalChoice(choices)
  }

  private func menu(_ base: DotValue, _ e: Evaluator, _ f: Frame) throws -> Process {
    if menuStart == fields.count, timing == nil {
      return e.table.prefix(try e.event(base, at: span), try after.process(e, f))
    }
    var branches: [(Event, Process)] = []
    try extend(menuStart, upTo: fields.count, base, e, f) {
      branches.append((try e.event($0, at: self.span), try self.after($0, e, f)))
      try e.step(at: self.span)
    }
    guard let timing else { return e.table.prefix(branches) }
    return e.generated(
      .timedMenu(
        tock: try e.tock(timing.tock, at: span), branches.map { Generated.Branch(event: $0.0, after: $0.1) }), at: span)
  }

  /// What follows an event: in a timed section, as much time as the event takes first.
  private func after(_ event: DotValue, _ e: Evaluator, _ f: Frame) throws -> Process {
    let process = try after.process(e, f)
    guard let timing else { return process }
    var units = 1
    if let duration = timing.duration {
      guard case .function(let function) = try duration.evaluate(e, f) else {
        throw e.defect("a duration that is no function", at: duration.span)
      }
      units = try e.expectInteger(try e.apply(function, [.dot(event)], at: duration.span), at: duration.span)
    }
    return try e.delay(try e.tock(timing.tock, at: span), units, process, at: span)
  }

  /// Every way to append fields i..<end to `base`, their variables bound meanwhile.
  private func extend(
    _ i: Int, upTo end: Int, _ base: DotValue, _ e: Evaluator, _ f: Frame, _ body: (DotValue) throws -> Void
  ) throws {
    if i == end { return try body(base) }
    switch fields[i] {
    case .output(let code):
      let next = try e.dotted(base, try code.evaluate(e, f), at: code.span)
      try extend(i + 1, upTo: end, next, e, f, body)
    case .input(let parts, let set?, let isInternal, let place):
      let values = try e.elements(of: try e.expectSet(try set.evaluate(e, f), at: set.span), at: set.span)
      let pattern = parts.count == 1 ? parts[0] : DotPattern(parts, place)
      var isEmpty = true
      for value in values where try pattern.matches(value, e, f) {
        isEmpty = false
        try extend(i + 1, upTo: end, try e.dotted(base, value, at: set.span), e, f, body)
      }
      if isInternal && isEmpty { throw emptySelection(place) }
    case .input(let parts, nil, let isInternal, let place):
      var isEmpty = true
      try select(parts[...], isLastField: i == fields.count - 1, base, e, f, place) {
        isEmpty = false
        try self.extend(i + 1, upTo: end, $0, e, f, body)
      }
      if isInternal && isEmpty { throw emptySelection(place) }
    }
  }

  private func emptySelection(_ place: Span) -> Diagnostic {
    Diagnostic(id: "empty-choice", "`$` needs at least one value to choose from, there is none", at: place)
  }

  /// Every way to append one field a part, as the channel's type allows; the last part of the last field takes all
  /// the fields that are left (FDR manual, "Prefix").
  private func select(
    _ parts: ArraySlice<PatternCode>, isLastField: Bool, _ base: DotValue, _ e: Evaluator, _ f: Frame, _ place: Span,
    _ body: (DotValue) throws -> Void
  ) throws {
    guard let part = parts.first else { return try body(base) }
    let rest = parts.dropFirst()
    if let tag = part as? TagPattern {
      let next = try e.dotted(base, .dot(e.plain(tag.tag)), at: place)
      return try select(rest, isLastField: isLastField, next, e, f, place, body)
    }
    let takesAll = isLastField && rest.isEmpty
    for value in try takesAll ? e.completions(base, at: place) : e.nextFields(base, at: place)
    where try part.matches(value, e, f) {
      let next = try e.dotted(base, value, at: place)
      try select(rest, isLastField: isLastField, next, e, f, place, body)
    }
  }
}
