import OperationalSemantics
import ProcessTerms
import TransitionSystems

/// Something whose states are words of a fixed width and whose transitions are computed when asked for.
///
/// Invariant: the transitions of a state are a set, always in the same order; ✓ leads to the terminated state.
protocol Machine<Word> {
  associatedtype Word: PackedWord
  /// Every state has at most so many bits, fewer than the word.
  var stateBits: Int { get }
  var initial: Word { get }
  /// Whether there may be infinitely many states: then they are counted against `Limits.terms`.
  static var isOpenEnded: Bool { get }

  /// The machine itself where any thread may use it: then a large search takes all workers.
  var packed: PackedMachine<Word>? { get }

  /// What it keeps about states that were met.
  var bytes: Int { get }

  /// Appends the transitions of `state`.
  func successors(of state: Word, into outbox: inout Outbox<Word>) throws
}

extension Machine {
  var packed: PackedMachine<Word>? { nil }
  var bytes: Int { 0 }
}

/// A machine that makes the successors of many states at once, and can leave steps out. See ``PackedMachine``, which is one.
protocol StepMachine<Word>: Machine {
  func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    spans: UnsafeMutablePointer<StepSpan>, into outbox: inout Outbox<Word>
  ) -> Int
  func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    noting noted: UnsafePointer<UInt64>, wholly: Bool, spans: UnsafeMutablePointer<StepSpan>,
    into outbox: inout Outbox<Word>
  ) -> Int
}

extension PackedMachine: StepMachine {
  var stateBits: Int { layout.width }
  static var isOpenEnded: Bool { false }
  var packed: PackedMachine<Word>? { self }
}

/// Processes explored term by term: the state is the number of the process.
struct TermMachine: Machine {
  let rules: FiringRules
  let initial: UInt64
  private let scratch = Scratch()

  /// What `FiringRules` appends to; one buffer for all states.
  private final class Scratch { var transitions: [Transition] = [] }

  /// `root` must be canonical.
  init(_ root: Process, rules: FiringRules) {
    self.rules = rules
    initial = UInt64(UInt32(root.id))
  }

  var stateBits: Int { 31 }
  static var isOpenEnded: Bool { true }

  func successors(of state: UInt64, into outbox: inout Outbox<UInt64>) throws {
    scratch.transitions.removeAll(keepingCapacity: true)
    try rules.appendTransitions(of: Process(id: Int32(state)), to: &scratch.transitions)
    outbox.reserve(scratch.transitions.count)
    for transition in scratch.transitions { outbox.append(UInt64(transition.target.id), transition.event.id) }
  }
}
