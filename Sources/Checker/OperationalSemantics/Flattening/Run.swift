public import ProcessTerms

/// A path through a transition system, and what is repeated for ever behind it.
public struct Run<State: Sendable>: Sendable {
  public struct Step: Sendable {
    public var event: Event
    public var target: State
    public init(event: Event, target: State) {
      self.event = event
      self.target = target
    }
  }

  public var initial: State
  public var steps: [Step]
  /// From the last state of `steps` back to it; empty where nothing is repeated.
  public var loop: [Step]

  public init(initial: State, steps: [Step], loop: [Step] = []) {
    (self.initial, self.steps, self.loop) = (initial, steps, loop)
  }

  var last: State { steps.last?.target ?? initial }
}

/// A run of a compressed network as one of the terms.
public struct TermRun: Sendable {
  public var run: Run<Process>
  /// Number of steps of the network → after how many steps of `run` they are done, without those of the loop.
  public var progress: [Int]
}
