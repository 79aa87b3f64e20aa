import TransitionSystems

/// What a search looks for at every pair of an implementation state and a specification node.
struct Question {
  /// Nil: nothing is compared, and there is one node.
  var specification: Specification?
  /// The nodes of the specification, if pairs are to be dropped by an ``Antichain``; nil: every pair is followed.
  var antichain: NormalForm?
  /// A reachable state, not the terminated one, without a transition.
  var findsDeadlock = false
  /// A state that can perform τ for ever, at a node that does not diverge.
  var findsDivergence = false
  /// The part of the network whose steps can lie on a cycle of τ, where divergence is looked for; nil: the subject is
  /// none.
  private(set) var cycles: Network?

  /// The question that is left when the components of the network have been judged: divergence is not looked for where
  /// no cycle of τ can be.
  func judged(by network: Network, _ limits: Limits) -> Question {
    guard findsDivergence else { return self }
    let tau = EventID.tau
    let cycles = limits.judgesComponents ? network.cycles(of: tau) : network.steps(of: tau)
    var question = self
    question.cycles = cycles
    question.findsDivergence = !cycles.rules.isEmpty
    return question
  }
}

/// What was found at the end of a search.
enum Finding<Word: PackedWord> {
  case nothing
  case violation(Violation<Word>)
  case limit(LimitReached)
  /// There are more specification nodes than fit the word beside the state.
  case tooManyNodes
}

/// The smallest offence of the first ply that has one.
struct Violation<Word: PackedWord> {
  enum Kind {
    /// The event is not allowed at the node.
    case event(Int32, target: Word)
    /// The state stands still, offers too little.
    case refusal
    case deadlock
    case divergence(stem: [Word], loop: [Word])
  }
  var kind: Kind
  /// Where it was found.
  var pair: Word
}
