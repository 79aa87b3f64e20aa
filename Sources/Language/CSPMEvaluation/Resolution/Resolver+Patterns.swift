import CSPMSyntax

/// Patterns to code; their variables are bound in the current block.
extension Resolver {
  func pattern(_ p: Pattern, _ f: FrameScope) -> PatternCode {
    var bound: Set<String> = []
    return pattern(p, f, &bound)
  }

  /// - Parameter bound: the names that the whole pattern has bound so far.
  func pattern(_ p: Pattern, _ f: FrameScope, _ bound: inout Set<String>) -> PatternCode {
    let span = p.span
    switch p.kind {
    case .wildcard: return WildcardPattern(span)
    case .integer(let n): return LiteralPattern(.integer(n), span)
    case .boolean(let b): return LiteralPattern(.boolean(b), span)
    case .character(let c): return LiteralPattern(.character(c), span)
    case .string(let s):
      return LiteralPattern(.sequence(evaluator.normalised(s.unicodeScalars.map { .character($0) })), span)
    case .parenthesised(let inner): return pattern(inner, f, &bound)
    case .name(let name):
      if let tag = tags[name.text] { return TagPattern(tag, span) }
      if name.parts.count > 1 {
        return InvalidPattern(
          complain("unsupported", "`\(name.text)`: modules cannot be used in this version", at: span), span)
      }
      guard bound.insert(name.text).inserted else {
        return InvalidPattern(
          complain("duplicate-variable", "`\(name.text)` is bound twice in one pattern", at: span), span)
      }
      let slot = f.newSlot()
      f.bind(name.text, .slot(slot))
      return VariablePattern(slot, span)
    case .tuple(let parts): return TuplePattern(parts.map { pattern($0, f, &bound) }, span)
    case .sequence(let parts): return SequencePattern(parts.map { pattern($0, f, &bound) }, nil, [], span)
    case .set(let parts):
      guard parts.count <= 1 else {
        return InvalidPattern(
          complain("ambiguous-pattern", "a set pattern has at most one element, since sets have no order", at: span),
          span)
      }
      return SetPattern(parts.first.map { pattern($0, f, &bound) }, span)
    case .both(let a, let b):
      let first = pattern(a, f, &bound)
      return BothPattern(first, pattern(b, f, &bound), span)
    case .dot: return DotPattern(p.dotParts.map { pattern($0, f, &bound) }, span)
    case .concatenate: return concatenation(p, f, &bound)
    }
  }

  /// `p ^ q ^ …` with at most one part of unknown length.
  private func concatenation(_ p: Pattern, _ f: FrameScope, _ bound: inout Set<String>) -> PatternCode {
    var starts: [PatternCode] = [], middle: PatternCode?, ends: [PatternCode] = []
    for part in p.concatenationParts {
      var fixed: [PatternCode]?
      switch part.kind {
      case .sequence(let list): fixed = list.map { pattern($0, f, &bound) }
      case .string(let s): fixed = s.unicodeScalars.map { LiteralPattern(.character($0), part.span) }
      default: break
      }
      if let fixed {
        if middle == nil { starts += fixed } else { ends += fixed }
      } else if middle == nil {
        middle = pattern(part, f, &bound)
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
  func variables(_ tags: [String: Tag]) -> [(name: String, span: Span)] {
    switch kind {
    case .name(let n): tags[n.text] == nil ? [(n.text, span)] : []
    case .parenthesised(let inner): inner.variables(tags)
    case .tuple(let list), .sequence(let list), .set(let list): list.flatMap { $0.variables(tags) }
    case .concatenate(let a, let b), .dot(let a, let b), .both(let a, let b): a.variables(tags) + b.variables(tags)
    case .wildcard, .integer, .character, .string, .boolean: []
    }
  }
}
