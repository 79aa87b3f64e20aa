/// A pattern with its place.
public struct Pattern: Hashable, Sendable {
  public var kind: Kind
  public var span: Span

  public init(_ kind: Kind, at span: Span) {
    self.kind = kind
    self.span = span
  }

  public indirect enum Kind: Hashable, Sendable {
    /// A variable, or a channel or constructor where one of that name is in scope: the parser cannot tell.
    case name(QualifiedName)
    case wildcard
    case integer(Int)
    case character(Unicode.Scalar)
    case string(String)
    case boolean(Bool)
    case parenthesised(Pattern)
    case tuple([Pattern])
    case sequence([Pattern])
    /// `{}` or `{p}`
    case set([Pattern])
    case concatenate(Pattern, Pattern)
    /// `p1.p2`, right associative
    case dot(Pattern, Pattern)
    /// `p1 @@ p2`: both match
    case both(Pattern, Pattern)
  }
}

extension Pattern {
  /// Calls `body` with every name in the pattern, left to right.
  public func forEachName(_ body: (QualifiedName) -> Void) {
    switch kind {
    case .name(let name): body(name)
    case .parenthesised(let inner): inner.forEachName(body)
    case .tuple(let parts), .sequence(let parts), .set(let parts): parts.forEach { $0.forEachName(body) }
    case .concatenate(let a, let b), .dot(let a, let b), .both(let a, let b):
      a.forEachName(body)
      b.forEachName(body)
    case .wildcard, .integer, .character, .string, .boolean: break
    }
  }
}
