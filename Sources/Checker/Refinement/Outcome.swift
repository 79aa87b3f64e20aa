public import OperationalSemantics
public import ProcessTerms

/// The answer to a ``Check``, with the work it took.
public struct Outcome<State: Hashable & Sendable>: Sendable {
  public var verdict: Verdict<State>
  public var statistics: Statistics

  public init(verdict: Verdict<State>, statistics: Statistics) {
    self.verdict = verdict
    self.statistics = statistics
  }

  /// Nil when undecided.
  public var holds: Bool? {
    switch verdict {
    case .holds: true
    case .fails: false
    case .undecided: nil
    }
  }

  /// Nil unless the check fails.
  public var counterexample: Counterexample<State>? {
    if case .fails(let counterexample) = verdict { counterexample } else { nil }
  }
}

/// Whether a ``Check`` holds. `State` is `Process` for checks of processes, component states for checks of networks.
public enum Verdict<State: Hashable & Sendable>: Sendable {
  case holds
  case fails(Counterexample<State>)
  /// A limit was reached first; the statistics say how far the search got.
  case undecided(LimitReached)
}

/// Which limit ended a check without a verdict.
public enum LimitReached: Error, Hashable, Sendable {
  case states(Int)
  /// In bytes.
  case memory(Int)
  /// No room, or no right to write, in this directory (``Limits/spill``).
  case spill(String)
  /// States explored as terms, or to find what a specification allows: infinite growth ends here.
  case terms(Int)
  case deadline
  case cancelled
}

/// How much work a check was.
public struct Statistics: Hashable, Sendable {
  /// Distinct pairs of an implementation state and a node of the normalised specification, no optional reduction; with
  /// an antichain (``Limits/normalFormNodes``) those that were kept.
  public var states = 0
  /// Transitions of the states that were expanded.
  public var transitions = 0
  /// Plies of the breadth-first search that were begun, the initial state being the first.
  public var plies = 0
  /// States of the last ply that were not expanded when a limit ended the search.
  public var waiting = 0
  public var duration: Duration = .zero
  /// What the search held at its largest, in bytes: visited set, ply log, specification.
  public var bytes = 0
  /// Of these, what lay in files (``Limits/spill``).
  public var spilledBytes = 0
  /// What went before the search.
  public var compilation = Compilation()

  public init() {}
}

/// How the processes of a check were made ready.
public struct Compilation: Hashable, Sendable {
  public var duration: Duration = .zero
  /// Of the networks; a process that is explored as terms has none.
  public var components = 0
  /// In the order in which they were done, those of the specification first.
  public var compressions: [CompressionReport] = []

  public init() {}
}

/// Why a check fails, with behaviours that any interpreter of the operational semantics can replay step by step.
public struct Counterexample<State: Hashable & Sendable>: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The last event of `behaviour` is not one that the specification allows there.
    case eventNotAllowed(Event)
    /// The last state of `behaviour` is stable, or can do ✓, and offers just `offered`, ascending, too little for the
    /// specification. A state that can do ✓ offers ✓ alone: it may refuse everything else.
    case refusalNotAllowed(offered: [Event])
    /// From the last state of `behaviour`, `stem` leads to a state from which `loop`, not empty, leads back to itself;
    /// τ throughout.
    case divergence(stem: [Behaviour<State>.Step], loop: [Behaviour<State>.Step])
    /// The last state of `behaviour` has no transition and is not Ω.
    case deadlock
    /// `behaviour` ends with `event`; `other` has the trace before it and ends in a state that refuses `event`, stable
    /// or with ✓, offering `offered`.
    case nondeterminism(event: Event, other: Behaviour<State>, offered: [Event])
    /// The trace asked for is possible as far as `behaviour` goes, and no further: nothing can do `next` after it.
    case traceImpossible(next: Event)
    /// The last state of `behaviour` refuses `next`, the next event of the trace asked for, offering `offered`.
    case traceRefused(next: Event, offered: [Event])
  }

  public var kind: Kind
  public var behaviour: Behaviour<State>
  /// What the specification allows after `behaviour`, its last event left out where that is the offence; nil where no
  /// specification was compared with.
  public var allowed: Allowed?

  public init(kind: Kind, behaviour: Behaviour<State>, allowed: Allowed? = nil) {
    self.kind = kind
    self.behaviour = behaviour
    self.allowed = allowed
  }
}

/// A path through a process: every step is one transition of the operational semantics.
public struct Behaviour<State: Hashable & Sendable>: Hashable, Sendable {
  public struct Step: Hashable, Sendable {
    public var event: Event
    /// Where the step leads; canonical, if it is a process.
    public var target: State
    public init(event: Event, target: State) {
      self.event = event
      self.target = target
    }
  }

  public var initial: State
  public var steps: [Step]

  public init(initial: State, steps: [Step]) {
    self.initial = initial
    self.steps = steps
  }

  public var last: State { steps.last?.target ?? initial }

  /// The events without τ, ✓ included.
  public var trace: [Event] { steps.map(\.event).filter { $0 != .tau } }
}

/// What a specification allows after a trace.
public struct Allowed: Hashable, Sendable {
  /// Ascending, ✓ included.
  public var events: [Event]
  /// The minimal acceptances, an antichain, each ascending: an implementation must offer all of one of them. Empty in
  /// the traces model, and where the specification is never stable.
  public var acceptances: [[Event]]
  /// Everything is allowed, since the specification can diverge (`failuresDivergences`).
  public var diverges: Bool

  public init(events: [Event], acceptances: [[Event]], diverges: Bool) {
    self.events = events
    self.acceptances = acceptances
    self.diverges = diverges
  }
}
