public import ProcessTerms

/// The philosophers of ``TransitionSystems/Network/philosophers(_:)`` as process terms: what a script would evaluate to.
public final class PhilosopherTerms: DeferredProcesses {
  public let table = ProcessTable()
  /// The alphabetised parallel of everybody and every fork.
  public private(set) var system = Process(id: 0)
  private var equations: [Process: (name: String, value: Process)] = [:]

  public init(_ n: Int) {
    table.source = self
    // Philosopher i's seven events in their order.
    let names = ["sits", "picksOwn", "picksOther", "eats", "putsOther", "putsOwn", "getsUp"]
    let events = (0..<n).map { i in names.map { table.alphabet.append("\($0).\(i)") } }
    var parts: [(process: Process, alphabet: EventSet)] = []
    for i in 0..<n {
      parts.append((equation("PHIL(\(i))") { sequence(events[i], then: $0) }, table.set(events[i])))
      let left = events[i], right = events[(i + n - 1) % n]
      let fork = equation("FORK(\(i))") { fork in
        table.externalChoice([
          sequence([left[1], left[5]], then: fork), sequence([right[2], right[4]], then: fork),
        ])
      }
      parts.append((fork, table.set([left[1], left[5], right[2], right[4]])))
    }
    system = table.alphabetised(parts)
  }

  private func equation(_ name: String, _ value: (Process) -> Process) -> Process {
    let process = table.deferred()
    equations[process] = (name, value(process))
    return process
  }

  private func sequence(_ events: [Event], then process: Process) -> Process {
    events.reversed().reduce(process) { table.prefix($1, $0) }
  }

  public func evaluate(_ deferred: Process) -> Process { equations[deferred]!.value }
  public func name(of deferred: Process) -> String { equations[deferred]!.name }
}
