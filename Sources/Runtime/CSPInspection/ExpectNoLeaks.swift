// For tests: nothing may be left waiting when a body has ended, and the body must not wait for nothing.
//
// I1. A task counts as the body's if it is in a scope of the body's, or if it has the body's mark among its task-locals:
//     so tests that run beside each other do not see each other's tasks. Where the layout of a task is not proved (see
//     MartletNursery.h) marks cannot be read; there every task counts that did not wait before.
// I2. Nothing is reported that has not been so for as long as the patience, without a change, from a moment on at which
//     every task that could run had had a turn: on a busy machine a task may take longer than that to begin.
import CSPChannels
import CSPNursery
import CSPScheduling
internal import CScheduling
import Synchronization

/// Tasks wait that nobody is going to wake: what ``expectNoLeaks(patience:file:line:_:)`` throws.
public struct LeaksFound: Error, CustomStringConvertible {
  /// When the body had not ended: nobody of it could go on, or some of it waited for each other alone. It was cancelled.
  public var isDeadlock: Bool
  /// Those who wait.
  public var tasks: [InspectedTask]
  /// Where the check stands.
  public var place: SourcePlace
  /// Who waits for what and where, a line each, and what may be the reason.
  public var report: String

  /// Whether others of the body's went on.
  var isPart = false

  public var description: String {
    let head =
      if !isDeadlock {
        "\(counted(tasks.count, "task")) left waiting"
      } else if !isPart {
        "nobody that is left can go on"
      } else if tasks.count == 1 {
        "1 task waits for what it holds itself"
      } else {
        "\(counted(tasks.count, "task")) wait for each other"
      }
    return "\(place): \(head):\n\(report)"
  }
}

private let marks = Atomic<Int>(1)

/// Runs a body and throws ``LeaksFound`` if it comes to rest before its end, or leaves tasks behind that wait for a channel
/// or another thing of Martlet's.
///
/// A task of the body's that waits for a time, runs, or awaits something that is not Martlet's can still go on, and what it
/// has may wake others: then those alone are reported who wait for each other, for an end or for permits that they hold.
/// A body in which somebody is reported is cancelled, and waited for. Tasks that the body left behind are still there
/// afterwards.
///
/// It throws, and uses nothing of a testing library: in a test its error is the failure.
///
/// - Parameters:
///   - patience: For how long everything has to have stood still before it is reported, by the machine's clock. A task that
///     Martlet did not start and that is busy elsewhere for longer, without waiting for anything of Martlet's, is not seen.
///   - body: Runs where the caller runs.
/// - Returns: What the body returns.
/// - Throws: ``LeaksFound``; otherwise what the body throws.
/// - Complexity: a dump every five milliseconds.
///
/// > Cancellation: The body's own.
///
/// > Source: Uber's goleak; for the state of rest, Go's `testing/synctest`.
public nonisolated(nonsending) func expectNoLeaks<Result: Sendable>(
  patience: Duration = .milliseconds(500), file: StaticString = #fileID, line: UInt = #line,
  _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
  // ORDERING: relaxed: only that no two are equal counts.
  let mark = marks.wrappingAdd(1, ordering: .relaxed).oldValue
  let place = SourcePlace(file: "\(file)", line: Int(line))
  let check = LeakCheck(mark: UInt(mark), patience: patience, place: place)
  martlet_mark_enter(Int64(mark))
  defer { martlet_mark_leave() }
  let ended = Channel<Void>(.rendezvous, name: "the body of expectNoLeaks has ended")
  var found: LeaksFound?
  var outcome: Swift.Result<Result, any Error>?
  try? await withNursery(name: "expectNoLeaks", file: file, line: line) { nursery in
    let watched = Channel<CancelScope>(.buffered(1))
    let watch = try nursery.start(name: check.watchName) { () -> LeaksFound? in
      guard let scope = try await watched.receive(), let leaks = await check.watch(until: ended) else { return nil }
      scope.cancel("expectNoLeaks found tasks that cannot go on")
      return leaks
    }
    _ = try? await withCancelScope { scope in
      _ = watched.trySend(scope)
      do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
    }
    ended.close()
    found = try await watch.value
  }
  if let found { throw found }
  if let leaks = await check.leftBehind() { throw leaks }
  return try outcome.unsafelyUnwrapped.get()
}

/// The scope of a body that is watched is the one opened by the body of the watch's nursery.
private struct LeakCheck: Sendable {
  let mark: UInt
  let patience: Duration
  let place: SourcePlace
  let before: Set<UInt>
  var watchName: String { "watch \(mark) of expectNoLeaks" }

  init(mark: UInt, patience: Duration, place: SourcePlace) {
    self.mark = mark
    self.patience = patience
    self.place = place
    before = Set(Inspection.dump().tasks.filter { $0.wait != nil && $0.scope == nil }.map(\.identifier))
  }

  /// Until the body has ended, or is at rest for as long as the patience: then what is to be told.
  nonisolated(nonsending) func watch(until ended: Channel<Void>) async -> LeaksFound? {
    var rest: (since: ContinuousClock.Instant, known: Rest)?
    while case .second? = try? await select(ended.receiving, after(.milliseconds(5))) {
      let dump = Inspection.dump()
      guard let found = self.rest(in: dump) else {
        rest = nil
        continue
      }
      if rest?.known != found {
        await Self.turnOfOthers()
        rest = (.now, found)
      } else if let begun = rest, ContinuousClock.now - begun.since >= patience {
        await Self.turnOfOthers()
        guard self.rest(in: Inspection.dump()) == found else { continue }
        var leaks = leaks(found.tasks.map(\.task), in: dump, isDeadlock: true)
        leaks.isPart = found.isPart
        return leaks
      }
    }
    return nil
  }

  /// Waits until the tasks that are ready to run now have begun: the pool takes them in the order in which they came.
  private static func turnOfOthers() async { await Task {}.value }

  /// A task that waits, and since when, to tell one wait from the next.
  private struct Standing: Equatable {
    var task: Int
    var identifier: UInt
    var looks: [UInt]
    var place: SourcePlace?

    static func == (left: Standing, right: Standing) -> Bool {
      (left.identifier, left.looks, left.place) == (right.identifier, right.looks, right.place)
    }
  }

  /// Tasks that cannot go on.
  private struct Rest: Equatable {
    /// Whether others of the body's can.
    var isPart: Bool
    var tasks: [Standing]
  }

  /// Everybody of the body's, if nobody of them can go on; otherwise those who wait for each other alone, if any do.
  private func rest(in dump: Dump) -> Rest? {
    guard let watch = dump.tasks.first(where: { $0.name == watchName }),
      let nursery = watch.scope,
      let body = dump.scopes[nursery].tasks.first(where: { dump.tasks[$0].origin == .body }),
      case .insideScope(let scope) = dump.tasks[body].activity
    else { return nil }
    let others = dump.tasks.indices.filter { index in
      dump.tasks[index].scope == nil && dump.tasks[index].wait != nil && isOurs(dump.tasks[index])
    }
    let all = dump.everybody(in: scope) + others
    if dump.rests(scope: scope, others: others) { return Rest(isPart: false, tasks: standings(of: all, in: dump)) }
    let members = Set(all)
    let knots = dump.stuck.filter { $0.isCertain && members.isSuperset(of: $0.tasks) }.flatMap(\.tasks)
    return knots.isEmpty ? nil : Rest(isPart: true, tasks: standings(of: Array(Set(knots)), in: dump))
  }

  private func standings(of tasks: [Int], in dump: Dump) -> [Standing] {
    tasks.map { index in
      let task = dump.tasks[index]
      return Standing(
        task: index, identifier: task.identifier, looks: task.wait?.looks.map(\.lock) ?? [], place: task.wait?.place)
    }.sorted { ($0.identifier, $0.task) < ($1.identifier, $1.task) }
  }

  private func isOurs(_ task: InspectedTask) -> Bool {
    martlet_pools_tasks() ? task.mark == mark : !before.contains(task.identifier)
  }

  /// Tasks outside of every scope that still wait when the patience has ended.
  nonisolated(nonsending) func leftBehind() async -> LeaksFound? {
    await Self.turnOfOthers()
    let start = ContinuousClock.now
    while true {
      let dump = Inspection.dump()
      let left = dump.tasks.indices.filter { index in
        let task = dump.tasks[index]
        return task.scope == nil && task.wait.map { !$0.isSleep } ?? false && isOurs(task)
      }
      if left.isEmpty { return nil }
      if ContinuousClock.now - start >= patience { return leaks(left, in: dump, isDeadlock: false) }
      try? await withShield { _ = try await select(after(.milliseconds(5))) }
    }
  }

  private func leaks(_ indices: [Int], in dump: Dump, isDeadlock: Bool) -> LeaksFound {
    let waiting = indices.filter { dump.tasks[$0].wait != nil }
    var lines = dump.groups(of: waiting).map { "  " + dump.line($0, indentedBy: 0) }
    lines += dump.reasons(waiting).map { "  " + $0 }
    return LeaksFound(
      isDeadlock: isDeadlock, tasks: waiting.map { dump.tasks[$0] }, place: place,
      report: lines.joined(separator: "\n"))
  }
}

extension Dump {
  /// Whether neither anybody in the scope nor one of the others goes on by itself, all at one instant.
  func rests(scope: Int, others: [Int]) -> Bool {
    let movement = Movement(self)
    let everybody = everybody(in: scope) + others
    guard !everybody.contains(where: { movement.moves[$0] }) else { return false }
    return StableLook.heldAtOnce(looks(of: Stuck(cause: .nursery(scope), tasks: everybody, outside: [])))
  }

  /// Halves that keep what these tasks wait for open.
  func reasons(_ waiting: [Int]) -> [String] {
    var reasons: [String] = []
    for channel in channels where channel.isHalved && !channel.isClosed {
      if channel.receivers.contains(where: waiting.contains) {
        reasons.append("a Sender of \(words(channel.resource)) is still kept by somebody, or it would be closed")
      }
      if channel.senders.contains(where: waiting.contains) {
        reasons.append("a Receiver of \(words(channel.resource)) is still kept by somebody, or it would be closed")
      }
    }
    return reasons
  }
}
