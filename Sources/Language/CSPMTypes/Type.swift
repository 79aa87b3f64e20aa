import CSPMNames
public import CSPMSyntax

/// A type of CSPm as the checker works with it; what a variable is bound to is part of it.
///
/// `a => b` (dotable) is what yields a `b` when an `a` is dotted to it; `a =>* b` (extendable) yields a `b` when enough
/// is dotted to it, perhaps nothing: its variable stands for what is still missing.
///
/// > Source: FDR manual 4.2, section "Type system".
public indirect enum Type {
  case integer, boolean, character, event, process
  case datatype(SymbolID)
  case variable(TypeVariable)
  case set(Type), sequence(Type)
  case map(Type, Type)
  case tuple([Type])
  case function([Type], Type)
  case dot(Type, Type)
  case dotable(Type, Type)
  /// `v =>* t`, as t and v.
  case extendable(Type, TypeVariable)
  /// What the variable of an extendable is bound to where nothing is missing any more.
  case complete
}

/// What a type must allow.
public struct Constraints: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Values can be compared with `==`.
  public static let eq = Constraints(rawValue: 1)
  /// Values can be compared with `<`.
  public static let ord = Constraints(rawValue: 2)
  /// Sets of values can be made.
  public static let set = Constraints(rawValue: 4)
  /// Nothing is missing from a value: not `a => b`.
  public static let complete = Constraints(rawValue: 8)
  /// An event or a value of a datatype.
  public static let yieldable = Constraints(rawValue: 16)

  /// In the order in which they are written.
  static let all: [(Constraints, String)] = [
    (.complete, "Complete"), (.eq, "Eq"), (.ord, "Ord"), (.set, "Set"), (.yieldable, "Yieldable"),
  ]

  /// Whether each of `needed` is here or follows from what is here.
  func imply(_ needed: Constraints) -> Bool { (contains(.eq) ? union(.set) : self).isSuperset(of: needed) }

  /// Without those that follow from others.
  var reduced: Constraints { contains(.eq) ? subtracting(.set) : self }

  var names: [String] { Constraints.all.filter { contains($0.0) }.map(\.1) }
}

/// A type that is not known yet, or, where it is rigid, any type at all.
public final class TypeVariable {
  let id: Int
  /// How deep in groups of declarations the variable belongs; what is deeper than a group is generalised behind it.
  var level: Int
  var constraints: Constraints
  var binding: Type?
  /// The name in the annotation that made the variable; it is bound to nothing then.
  let rigidName: String?
  /// Where the annotation is, or where the variable was bound.
  var span: Span?
  /// The unifier's last walk that met the variable, and its place there.
  var walk = 0, index = 0

  init(id: Int, level: Int, constraints: Constraints, rigidName: String? = nil, span: Span? = nil) {
    self.id = id
    self.level = level
    self.constraints = constraints
    self.rigidName = rigidName
    self.span = span
  }

  var isRigid: Bool { rigidName != nil }
}

/// A type for all values of some variables.
public struct Scheme {
  var quantified: [TypeVariable]
  var type: Type

  init(_ type: Type, for quantified: [TypeVariable] = []) {
    self.quantified = quantified
    self.type = type
  }
}
