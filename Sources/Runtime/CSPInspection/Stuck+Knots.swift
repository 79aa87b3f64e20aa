// Tasks that wait for each other alone, whoever else runs: for an end, for what is in a scope, for permits.
//
// A wait of several ways goes on by any of them, a scope ends when all in it have ended, and a semaphore goes on when
// there are enough permits for the first in its line. Who *can go on* is the least set that has all tasks that move, or
// wait for something of which it is not known who serves it, and is closed under these rules. Whoever is left waits for
// others that are left: a knot is a strongly connected part of them.
//
// I1. In doubt a task can go on. Permits without a known holder count as those of one that can, and so do all of a
//     semaphore into which more were given than had been taken.
// I2. Linear in tasks, cases and holders, but for sorting those who wait for one semaphore.
// Source: R. C. Holt, Some Deadlock Properties of Computer Systems, Computing Surveys 4(3), 1972: the reduction of a
// graph of requests; R. E. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1(2), 1972.

struct Knots {
  private let dump: Dump
  private var canGoOn: [Bool]
  /// Tasks that were found to go on and have not told those who wait for them.
  private var news: [Int] = []
  /// By the task: those who wait for its end, and semaphores of which it holds permits.
  private var awaiters: [Int: [Int]] = [:]
  private var held: [Int: [(semaphore: Int, permits: Int)]] = [:]
  /// By the scope: tasks in it that have not been found to go on, and those of them that wait in line for its limit.
  private var unfinished: [Int: Int] = [:]
  private var inLine: [Int: [Int]] = [:]
  private var semaphores: [Int: Permits] = [:]

  /// Permits that may come to those who wait.
  private struct Permits {
    var coming: Int
    /// Who waits, those with the smallest wish last.
    var waiting: [(task: Int, wish: Int)] = []
    /// The first in line, if it waits for nothing else that will come.
    var first: Int?
  }

  init(dump: Dump, movement: Movement) {
    self.dump = dump
    canGoOn = [Bool](repeating: false, count: dump.tasks.count)
    for task in dump.tasks.indices where movement.isServed[task] { goesOn(task) }
    // What is told before everybody has been entered is told again by `settle`.
    for task in dump.tasks.indices where !canGoOn[task] { enter(task) }
    for semaphore in semaphores.keys {
      semaphores[semaphore]?.waiting.sort { ($0.wish, $0.task) > ($1.wish, $1.task) }
      admit(semaphore)
    }
    settle()
  }

  // MARK: Who can go on

  private mutating func goesOn(_ task: Int) {
    guard !canGoOn[task] else { return }
    canGoOn[task] = true
    news.append(task)
  }

  /// Notes for whom the task waits.
  private mutating func enter(_ task: Int) {
    switch dump.tasks[task].activity {
    case .running, .runnable, .elsewhere: break
    case .insideScope(let scope): unfinished[scope] = dump.scopes[scope].tasks.count
    case .inLine: if let scope = dump.tasks[task].scope { inLine[scope, default: []].append(task) }
    case .waiting(let wait):
      for item in wait.cases {
        if let awaited = item.awaited { awaiters[awaited, default: []].append(task) }
        guard item.operation == .turn, let channel = item.channel else { continue }
        enter(semaphore: channel)
        semaphores[channel]?.waiting.append((task, item.permits ?? 1))
        if item.isFirst { semaphores[channel]?.first = task }
      }
    }
  }

  private mutating func enter(semaphore: Int) {
    guard semaphores[semaphore] == nil else { return }
    let channel = dump.channels[semaphore]
    semaphores[semaphore] = Permits(coming: channel.count + channel.unaccounted)
    for holder in channel.holders { held[holder.task, default: []].append((semaphore, holder.permits)) }
    // Without a holder that is stuck nobody is to blame: perhaps more permits are to be made.
    if channel.holders.allSatisfy({ canGoOn[$0.task] }) { semaphores[semaphore]?.coming = .max / 2 }
  }

  private mutating func settle() {
    while let task = news.popLast() {
      for awaiter in awaiters[task] ?? [] { goesOn(awaiter) }
      for (semaphore, permits) in held[task] ?? [] {
        semaphores[semaphore]?.coming += permits
        admit(semaphore)
      }
      guard let scope = dump.tasks[task].scope else { continue }
      if !inLine.isEmpty, takesPlace(task) { for next in inLine.removeValue(forKey: scope) ?? [] { goesOn(next) } }
      guard let left = unfinished[scope] else { continue }
      unfinished[scope] = left - 1
      if left == 1 { goesOn(dump.scopes[scope].opener) }
    }
  }

  /// Whether it counts for its nursery's limit.
  private func takesPlace(_ task: Int) -> Bool {
    dump.tasks[task].origin == .child && dump.tasks[task].activity != .inLine
  }

  /// Lets those go on for whom there will be enough, if there will be enough for the first in line.
  private mutating func admit(_ semaphore: Int) {
    guard let coming = semaphores[semaphore]?.coming, coming >= dump.channels[semaphore].firstWish else { return }
    while let last = semaphores[semaphore]?.waiting.last, last.wish <= coming {
      semaphores[semaphore]?.waiting.removeLast()
      goesOn(last.task)
    }
  }

  // MARK: Knots of the others

  /// Those that have to do something before the task goes on, as far as they are stuck themselves.
  private func needs(_ task: Int) -> [Int] {
    let found: [Int]
    switch dump.tasks[task].activity {
    case .running, .runnable, .elsewhere: found = []
    case .insideScope(let scope): found = dump.scopes[scope].tasks
    case .inLine:
      found = dump.tasks[task].scope.map { dump.scopes[$0].tasks.filter(takesPlace) } ?? []
    case .waiting(let wait):
      found = wait.cases.flatMap { item -> [Int] in
        if let awaited = item.awaited { return [awaited] }
        guard let channel = item.channel.map({ dump.channels[$0] }) else { return [] }
        // Enough permits, and only the line before it.
        if !item.isFirst, channel.count + channel.unaccounted >= item.permits ?? 1 {
          return item.channel.flatMap { semaphores[$0]?.first }.map { [$0] } ?? []
        }
        return channel.holders.map(\.task)
      }
    }
    return found.filter { !canGoOn[$0] }
  }

  var found: [Stuck] {
    var visit = Visit(count: canGoOn.count)
    for start in canGoOn.indices where !canGoOn[start] && visit.number[start] == 0 { search(from: start, &visit) }
    return visit.knots
  }

  /// The state of Tarjan's search; numbers begin at 1.
  private struct Visit {
    var number: [Int]
    var lowest: [Int]
    var isOpen: [Bool]
    var open: [Int] = []
    var count = 0
    var path: [(task: Int, rest: [Int])] = []
    var knots: [Stuck] = []

    init(count: Int) {
      number = [Int](repeating: 0, count: count)
      lowest = number
      isOpen = [Bool](repeating: false, count: count)
    }

    mutating func begin(_ task: Int, _ needs: [Int]) {
      count += 1
      (number[task], lowest[task], isOpen[task]) = (count, count, true)
      open.append(task)
      path.append((task, needs))
    }

    /// The knot of which the task is the first that was seen; nil if it is in that of another.
    mutating func end(_ task: Int) -> [Int]? {
      path.removeLast()
      if let before = path.last?.task { lowest[before] = min(lowest[before], lowest[task]) }
      guard lowest[task] == number[task], let start = open.lastIndex(of: task) else { return nil }
      let knot = Array(open[start...])
      open.removeSubrange(start...)
      for member in knot { isOpen[member] = false }
      return knot
    }
  }

  private func search(from start: Int, _ visit: inout Visit) {
    visit.begin(start, needs(start))
    while let (task, rest) = visit.path.last {
      if let next = rest.last {
        visit.path[visit.path.count - 1].rest.removeLast()
        if visit.number[next] == 0 {
          visit.begin(next, needs(next))
        } else if visit.isOpen[next] {
          visit.lowest[task] = min(visit.lowest[task], visit.number[next])
        }
      } else if let knot = visit.end(task), knot.count > 1 || needs(task).contains(task) {
        visit.knots.append(stuck(knot.sorted()))
      }
    }
  }

  /// In the order of the circle, if each of them waits for one of them.
  private func stuck(_ knot: [Int]) -> Stuck {
    let members = Set(knot)
    var circle: [Int] = []
    var next: Int? = knot[0]
    while let task = next, circle.count < knot.count {
      let needed = Set(needs(task)).intersection(members)
      guard needed.count == 1 else { return Stuck(cause: .knot, tasks: knot, outside: []) }
      circle.append(task)
      next = needed.first
    }
    return Stuck(cause: .cycle, tasks: circle, outside: [])
  }
}
