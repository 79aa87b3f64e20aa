/// Compressions as terms. They change no meaning: a row says that a process is to be explored as one machine and made
/// smaller, and what the machine may be replaced by (FDR manual, "Compressions").
///
/// Invariants: the operand of a canonical row is no such row itself, so that recursion through a compression, as in
/// `P = normal(a -> P)`, nests no deeper from step to step.
extension ProcessTable {
  /// `p`, compressed by `function`; what `p` is compressed by already comes first.
  public func compress(_ p: Process, _ function: CompressionFunction) -> Process {
    compress(p, by: CompressionList([function]))
  }

  func compress(_ p: Process, by list: CompressionList) -> Process {
    hasCompressions = true
    guard op(p) == .compress else { return make(.compress, parameter: list.id, operands: [p.id]) }
    return make(.compress, parameter: compressions(p).followed(by: list).id, operands: [rawOperand(p, 0)])
  }

  /// What a row asks for.
  public func compressions(_ p: Process) -> CompressionList {
    precondition(op(p) == .compress)
    return CompressionList(id: parameter(p))
  }

  /// What the row `p` becomes when its operand becomes `q`, canonical: `p` around `q`, or `q` alone where that is
  /// compressed itself, or Ω.
  public func compressing(_ p: Process, _ q: Process) -> Process {
    op(q) == .compress || q == omega ? q : replacing(p, 0, by: q)
  }
}

/// The functions of CSPm that ask for a smaller machine.
public enum CompressionFunction: String, Sendable, CaseIterable {
  /// Strong, delay and weak bisimulation, the last two with respect for divergence.
  case sbisim, dbisim, wbisim
  /// Loops of τ as one state that diverges.
  case tau_loop_factor
  /// τ eliminated.
  case diamond
  /// The normal form.
  case normal
  /// As it is, in one machine.
  case explicate

  fileprivate var number: Int32 { Int32(Self.allCases.firstIndex(of: self)!) + 1 }
}

/// Functions applied one after the other, as the parameter of a row.
public struct CompressionList: Hashable, Sendable {
  /// Four bits a function, the first applied in the lowest.
  public let id: Int32

  init(id: Int32) { self.id = id }

  /// Beyond seven, functions are left out, which changes no meaning.
  init(_ functions: some Sequence<CompressionFunction>) {
    var id: Int32 = 0, shift: Int32 = 0
    for function in functions where shift < 28 {
      id |= function.number << shift
      shift += 4
    }
    self.id = id
  }

  /// The first applied first.
  public var functions: [CompressionFunction] {
    var functions: [CompressionFunction] = [], rest = id
    while rest != 0 {
      functions.append(CompressionFunction.allCases[Int(rest & 15) - 1])
      rest >>= 4
    }
    return functions
  }

  /// Nothing changes what is done twice in a row.
  func followed(by next: CompressionList) -> CompressionList {
    var all: [CompressionFunction] = []
    for function in functions + next.functions where all.last != function { all.append(function) }
    return CompressionList(all)
  }

  /// `sbisim(normal(P))`, for the text of P.
  public func applied(to text: String) -> String {
    functions.reduce(text) { "\($1.rawValue)(\($0))" }
  }
}
