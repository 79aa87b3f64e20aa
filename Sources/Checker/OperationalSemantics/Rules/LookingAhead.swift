import ProcessTerms

/// Rules that look at what an operand becomes, and not at its next steps alone: `chase`, `deter` and the watchdogs.
///
/// What they look at may hold others of their kind, so that they nest on the thread's stack. One that leads back to
/// itself by τ has no first step.
extension FiringRules {
  /// Runs `body`, in which the rule of `p` looks further than its operands.
  ///
  /// - Throws: ``UnguardedRecursion`` where `body` needs the steps of `p`; ``TermTooDeep`` where rules nest too deep.
  func lookAhead<Result>(for p: Process, _ body: () throws -> Result) throws -> Result {
    if !lookingAhead.insert(p).inserted { throw UnguardedRecursion(process: p) }
    defer { lookingAhead.remove(p) }
    if lookingAhead.count > Self.nestingLimit { throw TermTooDeep(process: p, limit: Self.nestingLimit) }
    return try body()
  }

  /// Each costs a few frames of the thread's stack.
  private static let nestingLimit = 200
}
