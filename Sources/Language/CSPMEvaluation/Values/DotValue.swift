import ProcessTerms

/// A dotted value: a channel or constructor with its fields so far, or, without a tag, plain values joined by dots.
///
/// Invariants: I1 no field is an untagged dotted value (they are spliced in); I2 only the last field may be an
/// incomplete constructor; I3 without a tag there are at least two fields; I4 fields are normal.
final class DotValue {
  let tag: Tag?
  let fields: [Value]
  /// Whether every field that the tag asks for is there; an untagged value is complete.
  let isComplete: Bool
  let hash: Int
  /// The event that this is, once it was checked against its channel.
  var event: Event?

  init(tag: Tag?, fields: [Value], isComplete: Bool) {
    self.tag = tag
    self.fields = fields
    self.isComplete = isComplete
    var hasher = Hasher()
    hasher.combine(tag?.id ?? -1)
    for field in fields { hasher.combine(field) }
    hash = hasher.finalize()
  }
}

/// A channel or a constructor of a datatype.
final class Tag {
  enum Kind { case channel, constructor }
  let id: Int
  let name: String
  let kind: Kind
  /// Whether a type was written.
  let hasFields: Bool
  /// The type expression after the colon or the first dot, once resolved; nil for none.
  var type: TypeCode?
  /// The set of each field, once evaluated.
  var fields: FieldState = .unevaluated

  enum FieldState {
    case unevaluated, running
    case done([SetValue])
  }

  init(id: Int, name: String, kind: Kind, hasFields: Bool) {
    self.id = id
    self.name = name
    self.kind = kind
    self.hasFields = hasFields
  }
}

/// A datatype, or a subtype of one: constructors with the types of their fields.
final class Datatype {
  let id: Int
  let name: String
  let isSubtype: Bool
  /// For a subtype the types are those that it gives; fields that it leaves out are those of the datatype.
  let cases: [(tag: Tag, type: TypeCode?)]
  var isExpanding = false
  var finiteness: Bool?

  init(id: Int, name: String, isSubtype: Bool, cases: [(tag: Tag, type: TypeCode?)]) {
    self.id = id
    self.name = name
    self.isSubtype = isSubtype
    self.cases = cases
  }
}
