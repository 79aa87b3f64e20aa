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
