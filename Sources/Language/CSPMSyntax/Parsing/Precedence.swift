/// How strongly the constructs of CSPm bind, loosest first. The parser and the printer share this one table.
///
/// FDR's grammar is disambiguated by a list of token strengths, so a construct binds as its last token does:
/// `if … else` takes all that follows, and `|| x : S @ [A] P` stops where `[| A |]` would, for its last one is `]`.
///
/// > Source: FDR manual 4.2, section 4.2.5.
enum Level: Int8, Comparable {
  /// `let … within`, `if … else`, `\ x @ …` and replicated operators: everything to the right belongs to them.
  case open = 1
  /// `@@`
  case both
  /// `\`, `|\`
  case hide
  /// `|||`
  case interleave
  /// `[| A |]`, `[| A |>`, `[A || B]`, `[a <-> b]`, and the replicated `||`
  case parallel
  /// `|~|`
  case internalChoice
  /// `[]`, `[+ A +]`
  case externalChoice
  /// `/\`, `/+ A +\`
  case interrupt
  /// `[>`
  case sliding
  /// `;`
  case sequence
  /// `->`, `&`
  case prefix
  /// `?`, `!`, `$`
  case field
  /// `=>`, `=>*` in types
  case yield
  /// `.`
  case dot
  /// `or`
  case or
  /// `and`
  case and
  /// `not`
  case not
  /// `==`, `!=`, `<`, `<=`, `>`, `>=`
  case comparison
  /// `+`, `-`, also the unary one
  case sum
  /// `*`, `/`, `%`
  case product
  /// `#`
  case length
  /// `^`
  case concatenation
  /// `f(x)`, `P[[a <- b]]`
  case postfix

  static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }

  enum Associativity { case left, right, none }

  /// What two operators of this one level do.
  var associativity: Associativity {
    switch self {
    case .open, .both, .parallel, .comparison, .postfix: .none
    case .prefix, .yield, .dot: .right
    default: .left
    }
  }
}

/// The strength of a construct on either side of its operator.
///
/// They differ for hiding alone: `X ||| Y \ A` is `(X ||| Y) \ A`, yet `X \ A ||| Y` is `(X \ A) ||| Y`. FDR's grammar
/// parses the latter as `X \ (A ||| Y)` and rewrites it afterwards; binding loosely to the left and as tightly as the
/// tightest process operator to the right says the same.
struct Binding {
  var left: Level, right: Level

  init(_ level: Level) { (left, right) = (level, level) }
  init(left: Level, right: Level) { (self.left, self.right) = (left, right) }

  static let hide = Binding(left: .hide, right: .sequence)
}

extension BinaryOperator {
  var level: Level {
    switch self {
    case .add, .subtract: .sum
    case .multiply, .divide, .remainder: .product
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: .comparison
    case .and: .and
    case .or: .or
    case .concatenate: .concatenation
    case .dot: .dot
    }
  }
}

extension UnaryOperator {
  var level: Level {
    switch self {
    case .negate: .sum
    case .not: .not
    case .length: .length
    }
  }
}

extension ProcessOperator {
  var binding: Binding {
    switch self {
    case .externalChoice: Binding(.externalChoice)
    case .internalChoice: Binding(.internalChoice)
    case .sliding: Binding(.sliding)
    case .sequence: Binding(.sequence)
    case .interrupt: Binding(.interrupt)
    case .interleave: Binding(.interleave)
    case .hide, .project: .hide
    }
  }
}

extension SynchronisedOperator {
  var level: Level {
    switch self {
    case .parallel, .exception: .parallel
    case .externalChoice: .externalChoice
    case .interrupt: .interrupt
    }
  }
}

extension ReplicatedOperator {
  var level: Level {
    if case .alphabetised = self { .parallel } else { .open }
  }
}
