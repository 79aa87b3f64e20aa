import CSPMSyntax
import ProcessTerms

/// Process operators to code.
extension Resolver {
  func process(_ x: Expression, _ f: FrameScope) -> Code {
    let span = x.span
    switch x.kind {
    case .prefix(let channel, let fields, let body): return prefix(channel, fields, body, span, f)
    case .guarded(let condition, let body): return GuardCode(expression(condition, f), expression(body, f), span)
    case .process(let op, let left, let right):
      switch op {
      case .internalChoice: return BinaryProcessCode(op, deferred(left, f), deferred(right, f), span)
      case .sliding, .sequence: return BinaryProcessCode(op, expression(left, f), deferred(right, f), span)
      default: return BinaryProcessCode(op, expression(left, f), expression(right, f), span)
      }
    case .synchronised(let op, let left, let set, let right):
      return SynchronisedCode(
        op, expression(left, f), expression(set, f), op == .exception ? deferred(right, f) : expression(right, f), span)
    case .alphabetised(let left, let leftSet, let rightSet, let right):
      return AlphabetisedCode(
        expression(left, f), expression(leftSet, f), expression(rightSet, f), expression(right, f), span)
    case .linked(let left, let pairs, let statements, let right):
      return LinkedCode(expression(left, f), self.pairs(pairs, statements, f), expression(right, f), span)
    case .renamed(let body, let pairs, let statements):
      return RenameCode(expression(body, f), self.pairs(pairs, statements, f), span)
    case .replicated(let op, let statements, let body): return replicated(op, statements, body, span, f)
    default: return expression(x, f)
    }
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
      case .externalChoice: .externalChoice
      case .internalChoice: .internalChoice
      case .interleave: .interleave
      case .sequence: .sequence
      case .parallel(let set): .parallel(expression(set, f))
      case .synchronisingChoice(let set): .synchronisingChoice(expression(set, f))
      case .alphabetised, .linked: nil
      }
    return f.block {
      let codes = self.statements(statements, f)
      let form: ReplicatedCode.Form =
        switch op {
        case .alphabetised(let set): .alphabetised(expression(set, f))
        case .linked(let pairs, let inner): .linked(self.pairs(pairs, inner, f))
        default: outer ?? .interleave
        }
      switch op {
      case .internalChoice, .sequence: return ReplicatedCode(form, codes, deferred(body, f), span)
      default: return ReplicatedCode(form, codes, expression(body, f), span)
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
          codes.append(input(p, set, isInternal: true, field.span, f))
        }
      }
      return PrefixCode(base, codes, deferred(body, f), span)
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
