public import ProcessTerms

/// `chase(P)`: P after as many τ as it can do, one followed at each choice; it is not P but refines it.
///
/// Which τ is followed is open; here it is the one with the smallest target, so that the same table gives the same
/// process. A loop of followed τ is a divergence, and stays one.
///
/// > Source: FDR manual, "chase"; Roscoe et al., *Hierarchical compression for model-checking CSP*, TACAS 1995.
extension FiringRules {
  /// `P –τ→ … –τ→ P*`, `P* –x→ P′` and P* has no τ ⊢ `chase(P) –x→ chase(P′)`; without a P*, `chase(P) –τ→ chase(P)`.
  func fireChase(_ p: Process, end: Process?) {
    guard let end else {
      emit(.tau, p)
      return
    }
    for k in store.range(end) {
      let step = store[k]
      emit(step.event, step.event == .tick ? table.omega : table.replacing(p, 0, by: step.target))
    }
  }

  /// The P* of `chase(P)` or `deter(P)`, its transitions known; nil where the followed τ loop.
  func endOfChase(_ chase: Process) throws -> Process? {
    let start = table.operand(chase, 0)
    if let end = chaseEnds[start] { return end }
    let end = try lookAhead(for: chase) { try settle(start, chase) }
    chaseEnds[start] = .some(end)
    return end
  }

  private func settle(_ start: Process, _ chase: Process) throws -> Process? {
    var end: Process? = start
    var seen: Set<Process> = [start]
    while let p = end, let first = try known(p).first, store[first].event == .tau {
      let next = store[first].target
      if seen.count == chaseLimit { throw ChaseTooLong(process: chase, limit: chaseLimit) }
      end = seen.insert(next).inserted ? next : nil
    }
    return end
  }
}

/// `chase`, `deter` or a watchdog followed `limit` τ, all to different processes, and came to no end.
public struct ChaseTooLong: Error {
  public let process: Process
  public let limit: Int
  public init(process: Process, limit: Int) { (self.process, self.limit) = (process, limit) }
}
