// Waits by source line, for production: a leak shows as many tasks at one place, or as a few that wait very long.

/// Tasks that wait at one place for one kind of thing.
public struct WaitingPlace: Sendable {
  /// Where the operation stands; nil for those that record none.
  public var place: SourcePlace?
  /// Indices in ``Dump/tasks``, the longest wait first.
  public var tasks: [Int]
  public var longest: Duration
  /// Of all of them.
  public var total: Duration
}

extension Dump {
  /// Places at which many tasks wait, or one for long; those with the most tasks first.
  ///
  /// Tasks that only wait for the time of a clock are not counted.
  ///
  /// - Parameters:
  ///   - count: A place is reported if at least as many tasks wait there.
  ///   - limit: It is also reported if a task has waited at least as long.
  /// - Complexity: linear in the tasks, and n log n in those reported.
  ///
  /// > Source: LeakProf (Saioc and others, Unveiling and vanquishing goroutine leaks in enterprise microservices, CGO 2024),
  /// > which reports 10,000 blocked goroutines at one line.
  public func longWaits(count: Int = 10_000, limit: Duration = .seconds(600)) -> [WaitingPlace] {
    var places: [SourcePlace?: [Int]] = [:]
    for (index, task) in tasks.enumerated() {
      if let wait = task.wait, !wait.isSleep { places[wait.place, default: []].append(index) }
    }
    return places.compactMap { place, waiting in
      let durations = waiting.map { tasks[$0].wait?.duration ?? .zero }
      let longest = durations.max() ?? .zero
      guard waiting.count >= count || longest >= limit else { return nil }
      let sorted = zip(durations, waiting).sorted { ($0.0, $1.1) > ($1.0, $0.1) }
      return WaitingPlace(
        place: place, tasks: sorted.map(\.1), longest: longest, total: durations.reduce(.zero, +))
    }.sorted { ($0.tasks.count, $0.longest) > ($1.tasks.count, $1.longest) }
  }
}
