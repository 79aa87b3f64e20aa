import CSPMNames
import CSPMSyntax

/// Types as text, with one set of letters for the variables of all types that one message shows.
///
/// A type is cut where it has more than `mostNodes` parts: types can be exponentially larger than their script.
struct TypePrinter {
  private let unifier: Unifier
  private let symbols: SymbolTable
  private var names: [ObjectIdentifier: String] = [:]
  private var taken: Set<String> = []
  private var nodes = 0

  static let mostNodes = 400

  init(_ unifier: Unifier, _ symbols: SymbolTable) {
    self.unifier = unifier
    self.symbols = symbols
  }

  /// With the constraints of its variables in front, `(Eq a, Set b) => …`.
  mutating func text(_ type: Type) -> String {
    nodes = 0
    let free = (try? unifier.free(in: type)) ?? []
    for variable in free where variable.isRigid { taken.insert(variable.rigidName ?? "") }
    let body = text(type, 0)
    let constraints = free.map { (name($0), $0.constraints.reduced.names) }
      .flatMap { name, constraints in constraints.map { "\($0) \(name)" } }
    switch constraints.count {
    case 0: return body
    case 1: return "\(constraints[0]) => \(body)"
    default: return "(\(constraints.joined(separator: ", "))) => \(body)"
    }
  }

  /// Without constraints.
  mutating func plain(_ type: Type) -> String {
    nodes = 0
    return text(type, 0)
  }

  /// - Parameter strength: 1 inside of a dot or behind it, 2 in front of `=>`.
  private mutating func text(_ type: Type, _ strength: Int) -> String {
    nodes += 1
    guard nodes <= Self.mostNodes else { return "…" }
    switch unifier.prune(type) {
    case .integer: return "Int"
    case .boolean: return "Bool"
    case .character: return "Char"
    case .event: return "Event"
    case .process: return "Proc"
    case .datatype(let symbol): return symbols[symbol].name
    case .variable(let variable): return name(variable)
    case .set(let inner): return "{\(text(inner, 0))}"
    case .sequence(let inner): return "<\(text(inner, 0))>"
    case .map(let key, let value): return "(| \(text(key, 2)) => \(text(value, 0)) |)"
    case .tuple(let parts): return "(\(list(parts)))"
    case .function(let parameters, let result):
      let body = "(\(list(parameters))) -> \(text(result, 0))"
      return strength > 0 ? "(\(body))" : body
    case .dot(let head, let tail):
      let body = "\(text(head, 3)).\(text(tail, 2))"
      return strength > 2 ? "(\(body))" : body
    case .dotable:
      // `a.b => c` and `a => b => c` are one type.
      let (arguments, result) = unifier.reduce(type)
      var parts: [String] = []
      for argument in arguments { parts.append(text(argument, 2)) }
      let body = (parts + [text(result, 1)]).joined(separator: " => ")
      return strength > 1 ? "(\(body))" : body
    case .extendable(let base, let missing):
      let body = "\(name(missing)) =>* \(text(base, 1))"
      return strength > 1 ? "(\(body))" : body
    case .complete: return "()"
    }
  }

  private mutating func list(_ types: [Type]) -> String {
    var parts: [String] = []
    for type in types { parts.append(text(type, 0)) }
    return parts.joined(separator: ", ")
  }

  private mutating func name(_ variable: TypeVariable) -> String {
    if let rigid = variable.rigidName { return rigid }
    let id = ObjectIdentifier(variable)
    if let known = names[id] { return known }
    var number = names.count
    var text: String
    repeat {
      let letter = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(number % 26)))
      text = number < 26 ? letter : "\(letter)\(number / 26)"
      number += 1
    } while taken.contains(text)
    names[id] = text
    taken.insert(text)
    return text
  }
}
