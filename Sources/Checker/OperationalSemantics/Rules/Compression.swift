public import ProcessTerms

/// Compressions, which change no meaning, and the operators that may not stand over them all the same.
///
/// > Source: FDR manual, "Compressions" and "prioritise"; UCS 20.2 for what priority keeps.
extension FiringRules {
  /// `P –x→ P′` ⊢ `compress(P) –x→ compress(P′)`, or `–x→ P′` where P′ is compressed itself, and `–✓→ Ω`.
  func fireCompress(_ p: Process) {
    for k in steps(p, 0) {
      let step = store[k]
      emit(step.event, step.event == .tick ? table.omega : table.compressing(p, step.target))
    }
  }

  /// Priority compares the events of a state with its τ, and `chase` follows τ one by one: a compression that keeps no
  /// such thing below one of them would change what the whole does.
  ///
  /// - Complexity: constant for an operand whose parts were all seen before.
  func requireSafeCompressions(under p: Process) throws {
    let op = table.op(p)
    guard op == .prioritise || op == .chase else { return }
    var waiting = table.onOperands(p), met: Set<Process> = []
    while let next = waiting.popLast() {
      guard safeUnder[op]?.contains(next) != true, met.insert(next).inserted else { continue }
      if table.op(next) == .compress,
        let function = table.compressions(next).functions.first(where: { !$0.isSafe(under: op) })
      {
        throw UnsafeCompression(process: p, compressed: next, function: function)
      }
      waiting += table.onOperands(next)
    }
    safeUnder[op, default: []].formUnion(met)
  }
}

extension CompressionFunction {
  fileprivate func isSafe(under op: Operator) -> Bool {
    switch self {
    case .sbisim, .explicate: true
    case .dbisim, .wbisim, .tau_loop_factor: op == .prioritise
    case .diamond, .normal: false
    }
  }
}

/// `prioritise` or `chase` stands over a compression that does not keep what it looks at.
public struct UnsafeCompression: Error {
  /// The row of `prioritise` or `chase`.
  public let process: Process
  /// The compressed process below it.
  public let compressed: Process
  public let function: CompressionFunction
}
