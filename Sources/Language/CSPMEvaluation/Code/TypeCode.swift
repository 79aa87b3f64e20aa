import CSPMSyntax

/// The type expression of a channel, a constructor or a nametype: sets joined by dots, and tuples of them.
indirect enum TypeCode {
  case dotted([TypeCode], Span)
  case tuple([TypeCode], Span)
  case set(Code)

  var span: Span {
    switch self {
    case .dotted(_, let span), .tuple(_, let span): span
    case .set(let code): code.span
    }
  }
}

/// `nametype N = te` and the sets that datatypes are.
final class TypeSetCode: Code {
  let type: TypeCode
  init(_ type: TypeCode, _ span: Span) {
    self.type = type
    super.init(span)
  }
  override func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    .set(try e.typeSet(type, f))
  }
}
