/// A behaviour split over the components of parallel compositions: who took part in what, and who offers what at the
/// end. This is what users of a refinement checker look at first.
///
/// A component is a subterm that runs beside others and is not itself made of such. Components lie under parallel
/// composition in its forms, through hiding, renaming and priority; under sequence, exception and interrupt only where
/// a composition lies under these, and so under a compression. A choice is one component until it is resolved.
///
/// Invariants:
/// - C1: the living components are those of the current term, one for each place.
/// - C2: a component keeps its row while its place stays a component's; it ends when the place vanishes or becomes a
///   composition, and new components begin there.
public import ProcessTerms

extension ReferenceInterpreter {
  public struct Component: Sendable {
    /// Positions among the on operands where the component began.
    public let place: [Int]
    /// What it was when it began, for its name: see `ProcessTable.describe`.
    public let start: Process
    public let name: String
    /// The number of steps of the whole before it began.
    public let begin: Int
    /// The number of steps of the whole after which it was gone; nil for one that is there at the end.
    public internal(set) var end: Int?
    /// Its own event at each step of the whole, nil where it took no part.
    public internal(set) var events: [Event?]
    /// What it was last.
    public internal(set) var last: Process
    /// What it offers at the end, ascending, τ and ✓ included; nothing if it is gone.
    public internal(set) var offers: [Event]
    /// Whether it has terminated by itself.
    public internal(set) var isTerminated: Bool
  }

  /// The components that lived along the path, in the order in which they began, then from left to right.
  ///
  /// - Returns: nil where a step of the path is none.
  public func split(_ path: Path) throws -> [Component]? {
    var rows = ComponentRows(interpreter: self, stepCount: path.steps.count)
    rows.begin(at: [], try table.resolve(path.start), after: 0)
    for (number, step) in path.steps.enumerated() {
      let source = path.source(ofStep: number)
      let participants = try derivation(of: step, from: source, below: { rows.living[$0] == nil })
      guard let participants else { return nil }
      // From the leaves up, so that a component has moved before its place vanishes.
      for participant in participants.reversed() { rows.record(participant, step: number) }
    }
    return try rows.finished()
  }

  /// The components of a term that was not split yet, from left to right.
  fileprivate func leaves(of p: Process) -> [(place: [Int], process: Process)] {
    var leaves: [(place: [Int], process: Process)] = []
    var waiting: [(place: [Int], process: Process)] = [([], p)]
    while let next = waiting.popLast() {
      if isComposed(next.process) {
        for (i, operand) in table.onOperands(next.process).enumerated().reversed() {
          waiting.append((next.place + [i], operand))
        }
      } else {
        leaves.append(next)
      }
    }
    return leaves
  }

  /// Whether the components of `p` are those of its on operands.
  fileprivate func isComposed(_ p: Process) -> Bool {
    switch table.op(p) {
    case .parallel, .alphabetised, .linked, .hide, .project, .rename, .prioritise: true
    case .sequence, .exception, .interrupt, .synchronisingInterrupt, .compress: hasComposition(under: p)
    case .stop, .skip, .omega, .div, .chaos, .run, .prefix, .externalChoice, .internalChoice, .sliding,
      .synchronisingChoice, .chase, .deter, .traceWatchdog, .failureWatchdog, .deferred:
      false
    }
  }

  /// Whether a parallel composition runs somewhere in `p`.
  private func hasComposition(under p: Process) -> Bool {
    var waiting = [p]
    while let next = waiting.popLast() {
      switch table.op(next) {
      case .parallel, .alphabetised, .linked: return true
      case .hide, .project, .rename, .prioritise, .sequence, .exception, .interrupt, .synchronisingInterrupt, .compress:
        waiting += table.onOperands(next)
      case .stop, .skip, .omega, .div, .chaos, .run, .prefix, .externalChoice, .internalChoice, .sliding,
        .synchronisingChoice, .chase, .deter, .traceWatchdog, .failureWatchdog, .deferred:
        break
      }
    }
    return false
  }
}

/// The table that ``ReferenceInterpreter/split(_:)`` fills, one row a component.
private struct ComponentRows {
  let interpreter: ReferenceInterpreter
  let stepCount: Int
  var components: [ReferenceInterpreter.Component] = []
  /// Row numbers of the living components by their places (C1).
  var living: [[Int]: Int] = [:]

  init(interpreter: ReferenceInterpreter, stepCount: Int) {
    self.interpreter = interpreter
    self.stepCount = stepCount
  }

  mutating func begin(at place: [Int], _ process: Process, after steps: Int) {
    for leaf in interpreter.leaves(of: process) {
      living[place + leaf.place] = components.count
      components.append(
        ReferenceInterpreter.Component(
          place: place + leaf.place, start: leaf.process, name: interpreter.table.describe(leaf.process), begin: steps,
          end: nil, events: Array(repeating: nil, count: stepCount), last: leaf.process, offers: [],
          isTerminated: false))
    }
  }

  /// Ends the components at and under `place`, except those at and under `heir`.
  private mutating func end(under place: [Int], except heir: [Int]? = nil, after steps: Int) {
    for (other, row) in living where other.starts(with: place) {
      if let heir, other.starts(with: heir) { continue }
      components[row].end = steps
      living[other] = nil
    }
  }

  private mutating func move(under old: [Int], to new: [Int]) {
    let moving = living.filter { $0.key.starts(with: old) }
    for place in moving.keys { living[place] = nil }
    for (place, row) in moving { living[new + place.dropFirst(old.count)] = row }
  }

  /// Enters what a subterm did in step `number` of the whole.
  mutating func record(_ participant: ReferenceInterpreter.Participant, step number: Int) {
    let place = participant.path, target = participant.step.target
    if let row = living[place] {
      components[row].events[number] = participant.step.event
      components[row].last = target
      if interpreter.isComposed(target) {
        end(under: place, after: number + 1)
        begin(at: place, target, after: number + 1)
      }
      return
    }
    switch participant.effect {
    case .staysInPlace: break
    case .leavesOperand(let operand):
      let heir = place + [operand]
      end(under: place, except: heir, after: number + 1)
      move(under: heir, to: place)
    case .startsAnew where participant.step.event == .tick:
      // A composition terminates: its components stay as they are, each of them Ω.
      break
    case .startsAnew:
      end(under: place, after: number + 1)
      begin(at: place, target, after: number + 1)
    }
  }

  func finished() throws -> [ReferenceInterpreter.Component] {
    var components = components
    for i in components.indices {
      components[i].isTerminated = try interpreter.isTerminated(components[i].last)
      if components[i].end == nil { components[i].offers = try interpreter.initials(of: components[i].last).sorted() }
    }
    // Several may have begun with one step, and were entered from right to left.
    return components.sorted { a, b in
      a.begin != b.begin ? a.begin < b.begin : a.place.lexicographicallyPrecedes(b.place)
    }
  }
}
