// Tasks that do the same, taken together: a thousand workers that wait at one line are one line of a dump.

extension Dump {
  /// What unnamed tasks have in common that are shown together.
  struct Likeness: Hashable {
    var origin: InspectedTask.Origin
    var place: SourcePlace?
    var doing: Doing

    enum Doing: Hashable {
      case running, runnable, inLine, elsewhere
      case waiting(at: SourcePlace?, cases: [WaitedFor])
    }

    struct WaitedFor: Hashable {
      var operation: InspectedWait.Case.Operation
      var resource: Resource?
      var permits: Int?
    }
  }

  private func likeness(_ task: InspectedTask) -> Likeness? {
    // One that has a name, or a scope of its own, is shown by itself.
    guard task.name == nil else { return nil }
    let doing: Likeness.Doing
    switch task.activity {
    case .insideScope: return nil
    case .running: doing = .running
    case .runnable: doing = .runnable
    case .inLine: doing = .inLine
    case .elsewhere: doing = .elsewhere
    case .waiting(let wait):
      doing = .waiting(
        at: wait.place,
        cases: wait.cases.map {
          Likeness.WaitedFor(operation: $0.operation, resource: $0.resource, permits: $0.permits)
        })
    }
    return Likeness(origin: task.origin, place: task.place, doing: doing)
  }

  /// Tasks that do the same, in the order of the first of each group.
  func groups(of tasks: some Sequence<Int>) -> [[Int]] {
    var groups: [[Int]] = []
    var known: [Likeness: Int] = [:]
    for task in tasks {
      guard let likeness = likeness(self.tasks[task]) else {
        groups.append([task])
        continue
      }
      if let group = known[likeness] {
        groups[group].append(task)
      } else {
        known[likeness] = groups.count
        groups.append([task])
      }
    }
    return groups
  }

  /// Tasks that Martlet did not start.
  var outsiders: [Int] { tasks.indices.filter { tasks[$0].scope == nil } }
}

extension InspectedTask.Origin: Hashable {}
