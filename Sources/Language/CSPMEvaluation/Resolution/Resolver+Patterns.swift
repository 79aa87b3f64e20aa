import CSPMNames
import CSPMSyntax

/// Patterns to code; their variables are bound in the current block.
extension Resolver {
  func pattern(_ p: Pattern, _ f: FrameScope) -> PatternCode {
    let span = p.span
    switch p.kind {
    case .wildcard: return WildcardPattern(span)
    case .integer(let n): return LiteralPattern(.integer(n), span)
    case .boolean(let b): return LiteralPattern(.boolean(b), span)
    case .character(let c): return LiteralPattern(.character(c), span)
    case .string(let s):
      return LiteralPattern(.sequence(evaluator.normalised(s.unicodeScalars.map { .character($0) })), span)
    case .parenthesised(let inner): return pattern(inner, f)
    case .name(let name):
      if name.symbol == .unresolved { return InvalidPattern(mistake(name.text, at: span), span) }
      if let tag = tags[name.symbol] { return TagPattern(tag, span) }
      if let place = names.leftOut[name.symbol] { return InvalidPattern(mistake(name.text, at: place), span) }
      let slot = f.newSlot()
      f.bind(name.symbol, .slot(slot))
      return VariablePattern(slot, span)
    case .tuple(let parts): return TuplePattern(parts.map { pattern($0, f) }, span)
    case .sequence(let parts): return SequencePattern(parts.map { pattern($0, f) }, nil, [], span)
    case .set(let parts):
      guard parts.count <= 1 else {
        return InvalidPattern(
          complain("ambiguous-pattern", "a set pattern has at most one element, since sets have no order", at: span),
          span)
      }
      return SetPattern(parts.first.map { pattern($0, f) }, span)
    case .both(let a, let b):
      let first = pattern(a, f)
      return BothPattern(first, pattern(b, f), span)
    case .dot: return DotPattern(p.dotParts.map { pattern($0, f) }, span)
    case .concatenate: return concatenation(p, f)
    }
  }

  /// `p ^ q ^ …` with at most one part of unknown length.
  private func concatenation(_ p: Pattern, _ f: FrameScope) -> PatternCode {
    var starts: [PatternCode] = [], middle: PatternCode?, ends: [PatternCode] = []
    for part in p.concatenationParts {
      var fixed: [PatternCode]?
      switch part.kind {
      case .sequence(let list): fixed = list.map { pattern($0, f) }
      case .string(let s): fixed = s.unicodeScalars.map { LiteralPattern(.character($0), part.span) }
      default: break
      }
      if let fixed {
        if middle == nil { starts += fixed } else { ends += fixed }
      } else if middle == nil {
        middle = pattern(part, f)
      } else {
        return InvalidPattern(
          complain(
            "ambiguous-pattern", "only one part of a `^` pattern may have an unknown length; this is a second one",
            at: part.span), p.span)
      }
    }
    return SequencePattern(starts, middle, ends, p.span)
  }
}

extension Pattern {
  /// `p.q.r` as a list, brackets around dots being without meaning (libcspm, `CSPM.Desugar`).
  var dotParts: [Pattern] {
    var parts: [Pattern] = []
    var todo = [self]
    while let next = todo.popLast() {
      switch next.kind {
      case .dot(let a, let b): todo += [b, a]
      case .parenthesised(let inner): todo.append(inner)
      default: parts.append(next)
      }
    }
    return parts
  }

  var concatenationParts: [Pattern] {
    var parts: [Pattern] = []
    var todo = [self]
    while let next = todo.popLast() {
      switch next.kind {
      case .concatenate(let a, let b): todo += [b, a]
      case .parenthesised(let inner): todo.append(inner)
      default: parts.append(next)
      }
    }
    return parts
  }

  /// The names that the pattern binds, left to right.
  func variables(_ tags: [SymbolID: Tag]) -> [(symbol: SymbolID, span: Span)] {
    switch kind {
    case .name(let n): n.symbol == .unresolved || tags[n.symbol] != nil ? [] : [(n.symbol, span)]
    case .parenthesised(let inner): inner.variables(tags)
    case .tuple(let list), .sequence(let list), .set(let list): list.flatMap { $0.variables(tags) }
    case .concatenate(let a, let b), .dot(let a, let b), .both(let a, let b): a.variables(tags) + b.variables(tags)
    case .wildcard, .integer, .character, .string, .boolean: []
    }
  }
}
