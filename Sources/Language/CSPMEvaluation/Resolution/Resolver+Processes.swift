import CSPMSyntax
import ProcessTerms

/// Process operators to code.
extension Resolver {
  func process(_ x: Expression, _ f: FrameScope) -> Code {
    let span = x.span
    switch x.kind {
    case .prefix(let channel, let fields, let body): return prefix(channel, fields, body, span, f)
    case .guarded(let condition, let body):
      return GuardCode(expression(condition, f), expression(body, f), stop: timed.map { TimedStopCode($0.tock, span) }, span)
    case .process(let op, let left, let right):
      if let timed, let synchronised = Self.timedForm(of: op) {
        return SynchronisedCode(
          synchronised, expression(left, f), WithTockCode(nil, timed.tock, span), expression(right, f), span)
      }
      switch op {
      case .internalChoice: return BinaryProcessCode(op, deferred(left, f), deferred(right, f), span)
      case .sliding, .sequence: return BinaryProcessCode(op, expression(left, f), deferred(right, f), span)
      default: return BinaryProcessCode(op, expression(left, f), expression(right, f), span)
      }
    case .synchronised(let op, let left, let set, let right):
      return SynchronisedCode(
        op, expression(left, f), op == .exception ? expression(set, f) : eventSet(set, f),
        op == .exception ? deferred(right, f) : expression(right, f), span)
    case .alphabetised(let left, let leftSet, let rightSet, let right):
      return AlphabetisedCode(
        expression(left, f), eventSet(leftSet, f), eventSet(rightSet, f), expression(right, f), span)
    case .linked(let left, let pairs, let statements, let right):
      if timed != nil { return InvalidCode(notTimed("a linked parallel", at: span), span) }
      return LinkedCode(expression(left, f), self.pairs(pairs, statements, f), expression(right, f), span)
    case .renamed(let body, let pairs, let statements):
      return RenameCode(expression(body, f), self.pairs(pairs, statements, f), span)
    case .replicated(let op, let statements, let body): return replicated(op, statements, body, span, f)
    default: return expression(x, f)
    }
  }

  /// The operator that lets time pass on both sides at once, for those that would not.
  private static func timedForm(of op: ProcessOperator) -> SynchronisedOperator? {
    switch op {
    case .externalChoice: .externalChoice
    case .interleave: .parallel
    case .interrupt: .interrupt
    case .internalChoice, .sliding, .sequence, .hide, .project: nil
    }
  }

  /// A set on which processes synchronise: `tock` is in it in a timed section.
  private func eventSet(_ set: Expression, _ f: FrameScope) -> Code {
    let code = expression(set, f)
    return timed.map { WithTockCode(code, $0.tock, set.span) } ?? code
  }

  private func notTimed(_ what: String, at span: Span) -> Diagnostic {
    complain("not-timed", "\(what) cannot be used in a timed section", at: span)
  }

  private func pairs(_ pairs: [Expression.Pair], _ statements: [Statement], _ f: FrameScope) -> PairsCode {
    f.block {
      let codes = self.statements(statements, f)
      return PairsCode(pairs: pairs.map { (expression($0.left, f), expression($0.right, f)) }, statements: codes)
    }
  }

  private func replicated(
    _ op: ReplicatedOperator, _ statements: [Statement], _ body: Expression, _ span: Span, _ f: FrameScope
  ) -> Code {
    // What does not depend on the variables is resolved outside their block.
    let outer: ReplicatedCode.Form? =
      switch op {
      case .externalChoice: timed.map { .synchronisingChoice(WithTockCode(nil, $0.tock, span)) } ?? .externalChoice
      case .internalChoice: .internalChoice
      case .interleave: timed.map { .parallel(WithTockCode(nil, $0.tock, span)) } ?? .interleave
      case .sequence: .sequence
      case .parallel(let set): .parallel(eventSet(set, f))
      case .synchronisingChoice(let set): .synchronisingChoice(eventSet(set, f))
      case .alphabetised, .linked: nil
      }
    let nothing: Code? = timed.flatMap {
      switch op {
      case .internalChoice, .linked: nil
      case .sequence: TimedSkipCode($0.tock, span)
      default: TimedStopCode($0.tock, span)
      }
    }
    if case .linked = op, timed != nil { return InvalidCode(notTimed("a linked parallel", at: span), span) }
    return f.block {
      let codes = self.statements(statements, f)
      let form: ReplicatedCode.Form =
        switch op {
        case .alphabetised(let set): .alphabetised(eventSet(set, f))
        case .linked(let pairs, let inner): .linked(self.pairs(pairs, inner, f))
        default: outer ?? .interleave
        }
      switch op {
      case .internalChoice, .sequence: return ReplicatedCode(form, codes, deferred(body, f), nothing: nothing, span)
      default: return ReplicatedCode(form, codes, expression(body, f), nothing: nothing, span)
      }
    }
  }

  private func prefix(
    _ channel: Expression, _ fields: [Field], _ body: Expression, _ span: Span, _ f: FrameScope
  ) -> Code {
    f.block {
      let base = expression(channel, f)
      var codes: [FieldCode] = []
      for field in fields {
        switch field.kind {
        case .output(let x): codes.append(.output(expression(x, f)))
        case .input(let p, let set): codes.append(input(p, set, isInternal: false, field.span, f))
        case .nondeterministic(let p, let set):
          if let mistake = mistakes[field.span] { return InvalidCode(mistake, span) }
          if timed != nil { return InvalidCode(notTimed("a `$` field", at: field.span), span) }
          codes.append(input(p, set, isInternal: true, field.span, f))
        }
      }
      let timing = timed.map { (tock: $0.tock, duration: $0.duration.map { name($0, at: span, f) }) }
      return PrefixCode(base, codes, deferred(body, f), timing: timing, span)
    }
  }

  private func input(
    _ p: Pattern, _ set: Expression?, isInternal: Bool, _ span: Span, _ f: FrameScope
  ) -> FieldCode {
    let restriction = set.map { expression($0, f) }
    let parts = p.dotParts.map { pattern($0, f) }
    return .input(parts: parts, set: restriction, isInternal: isInternal, span)
  }
}
