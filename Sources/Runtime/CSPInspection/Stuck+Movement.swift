// Who goes on by itself, in a form that can be asked for every task several times.
//
// I1. Each task is looked at once: to look at what one does copies names and places, which is most of the cost of a dump
//     of many tasks.
// Complexity: linear in tasks, cases and the depth to which scopes are nested.

struct Movement {
  /// By the scope: a time, a canceller or a child that has no task yet may wake what is in it.
  private(set) var scopes: [Bool]
  /// By the task: it goes on by itself, whatever the others do.
  private(set) var moves: [Bool]
  /// By the task: it moves, or waits for something that anybody may serve, or for nothing that is known.
  private(set) var isServed: [Bool]

  init(_ dump: Dump) {
    moves = [Bool](repeating: false, count: dump.tasks.count)
    isServed = moves
    // Children that were started and have no task yet are nobody here, and will be somebody.
    var unborn = dump.scopes.map(\.childCount)
    for task in dump.tasks.indices where dump.tasks[task].origin == .child {
      if let scope = dump.tasks[task].scope { unborn[scope] -= 1 }
    }
    scopes = Self.movingScopes(dump, unborn)
    for task in dump.tasks.indices {
      let isInMovingScope = dump.tasks[task].scope.map { scopes[$0] } ?? false
      switch dump.tasks[task].activity {
      case .running, .runnable, .elsewhere:
        moves[task] = true
      case .inLine:
        moves[task] = isInMovingScope
      case .insideScope(let inner):
        let scope = dump.scopes[inner]
        moves[task] = isInMovingScope || scope.isOver || scope.isTelling || unborn[inner] > 0
        isServed[task] = moves[task] || scope.tasks.isEmpty
      case .waiting(let wait):
        moves[task] = isInMovingScope
        for item in wait.cases {
          if item.operation == .time { moves[task] = true }
          if Self.isServedByOthers(item, dump) { isServed[task] = true }
        }
      }
      if moves[task] { isServed[task] = true }
    }
  }

  private static func movingScopes(_ dump: Dump, _ unborn: [Int]) -> [Bool] {
    var known = [Bool?](repeating: nil, count: dump.scopes.count)
    for start in dump.scopes.indices {
      var path: [Int] = []
      var next: Int? = start
      while let scope = next, known[scope] == nil {
        let copy = dump.scopes[scope]
        known[scope] = copy.isTelling || copy.timeLeft != nil || unborn[scope] > 0
        path.append(scope)
        // A shield keeps away what comes from outside.
        next = known[scope] == true || copy.kind == .shield ? nil : dump.tasks[copy.opener].scope
      }
      if let last = next, known[last] == true { for scope in path { known[scope] = true } }
      if let moving = path.firstIndex(where: { known[$0] == true }) {
        for scope in path[..<moving] { known[scope] = true }
      }
    }
    return known.map { $0 ?? false }
  }

  private static func isServedByOthers(_ item: InspectedWait.Case, _ dump: Dump) -> Bool {
    switch item.operation {
    case .send, .receive, .time: true
    case .end: item.awaited == nil
    case .turn: item.channel.map { dump.channels[$0].isSupplied } ?? true
    }
  }
}
