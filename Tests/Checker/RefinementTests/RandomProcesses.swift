import ProcessTerms
import TransitionSystems

/// Random finite-state processes: small transition systems as recursive equations, under random operators.
final class RandomProcesses: DeferredProcesses {
  let table = ProcessTable()
  let events: [Event]
  private var equations: [Process: () -> Process] = [:]
  private var random: SplitMix

  init(seed: UInt64) {
    random = SplitMix(seed)
    events = ["a", "b", "c"].map { [table] in table.alphabet.append($0) }
    table.source = self
  }

  func evaluate(_ deferred: Process) -> Process { equations[deferred]!() }
  func name(of deferred: Process) -> String { "P\(deferred.id)" }

  /// A process whose states are those of a random system of `states` states.
  func recursive(states: Int) -> Process { process(of: randomProcessSystem(&random, states: states)) }

  /// A process whose states are those of `system`, whose labels from 2 on are `events`.
  func process(of system: ExplicitSystem) -> Process {
    let names = (0..<system.stateCount).map { _ in table.deferred() }
    for (s, name) in names.enumerated() {
      equations[name] = { [table, events] in
        var branches: [(Event, Process)] = [], hidden: [Process] = [], terminates = false
        for edge in system[s] {
          switch edge.label {
          case 0: hidden.append(names[Int(edge.target)])
          case 1: terminates = true
          default: branches.append((events[Int(edge.label) - 2], names[Int(edge.target)]))
          }
        }
        var process = table.prefix(branches)
        if terminates { process = table.externalChoice([process, table.skip]) }
        if hidden.isEmpty { return process }
        // Not `internalChoice`, by which a choice of one would be that one, without a step.
        let choice = table.make(.internalChoice, operands: hidden.map(\.id))
        return system[s].count == hidden.count ? choice : table.sliding(process, choice)
      }
    }
    return names[0]
  }

  func trace(length: Int) -> [Event] { (0..<length).map { _ in events.randomElement(using: &random)! } }
  func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  private func someEvents() -> EventSet { table.set(events.filter { _ in Bool.random(using: &random) }) }

  /// A parallel composition of two or three recursive processes, with hiding or renaming around it or in it.
  func composition() -> Process {
    let parts = (0..<int(2...3)).map { _ in decorated(recursive(states: int(1...4))) }
    let whole =
      switch int(0...2) {
      case 0: table.parallel(parts, someEvents())
      case 1: table.alphabetised(parts.map { ($0, someEvents()) })
      default: table.parallel([table.parallel([parts[0], parts[1]], someEvents())] + parts.dropFirst(2), someEvents())
      }
    return decorated(whole)
  }

  private func decorated(_ p: Process) -> Process {
    switch int(0...4) {
    case 0: table.hide(p, someEvents())
    case 1: table.rename(p, table.renaming([(events[0], events[1]), (events[0], events[2])]))
    case 2: table.sequence(p, table.skip)
    default: p
    }
  }
}
