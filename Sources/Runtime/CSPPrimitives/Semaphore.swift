// Permits, given out in the order in which they are asked for.
//
// I1. Permits that are free, plus those that are held, are those that there were at first and those that were added.
// I2. While somebody waits, nobody takes a permit but by waiting behind: the first wish is granted first, however many
//     permits it is for.
// I3. A wish that was granted is not cancelled any more; whoever leaves the line lets those behind look.
// I4. Permits that are taken for a scope have a record of the task that holds them, made and taken back under the line's
//     lock together with them; after a wait it is made a moment later.
public import CSPScheduling
public import CScheduling

/// Lets a number of tasks at a time do something.
///
/// ```
/// let connections = Semaphore(permits: 8)
/// let page = try await connections.withPermit { try await fetch(url) }
/// ```
///
/// Permits are given in the order in which they are asked for. One that asks for many is not overtaken by those who ask
/// for few, which wait behind it though there is enough for them.
///
/// > Ordering: What was done before a permit was given back happens before what is done with it next.
///
/// > Source: E. W. Dijkstra, Cooperating Sequential Processes, 1965.
public final class Semaphore: Sendable {
  @usableFromInline let waiters: WaiterLine

  /// - Parameters:
  ///   - permits: How many are free at first: 0 or more. With 0, somebody has to ``release(_:)`` before anybody goes
  ///     on.
  ///   - name: Shown by inspectors.
  public init(permits: Int, name: String? = nil) {
    precondition(permits >= 0, "a semaphore has at least 0 permits, not \(permits)")
    waiters = WaiterLine(.semaphore, name: name)
    martlet_permits_begin(waiters.header, Self.amount(permits, least: 0))
  }

  deinit { waiters.free() }

  /// The name given at creation.
  public var name: String? { waiters.name }

  /// Permits that nobody holds, at this moment. There may be some though tasks wait, if the first of them wants more.
  public var available: Int { waiters.withLock { Int(martlet_line_available(waiters.header)) } }

  /// Those who wait, at this moment.
  ///
  /// - Complexity: linear in them.
  public var waiting: Int { waiters.count }

  /// Runs a body with a permit, and gives it back when the body ends, however it ends.
  ///
  /// Inspectors show who holds it, and find those who wait for each other's permits.
  ///
  /// - Parameters:
  ///   - file: With `line`, where inspectors show the wait, and the hold.
  ///   - body: Runs where the caller runs; it may suspend.
  /// - Complexity: constant. Where there is a permit, no suspension.
  ///
  /// > Cancellation: A checkpoint, also when there is a permit. If it throws before the body, no permit was taken.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func withPermit<Result>(
    file: StaticString = #fileID, line: UInt = #line, _ body: nonisolated(nonsending) () async throws -> Result
  ) async throws -> Result {
    try await withPermits(1, file: file, line: line, body)
  }

  /// Runs a body with several permits, taken at once, and gives them back when it ends, however it ends.
  ///
  /// - Parameter count: At least 1. More than there will ever be: it waits for ever.
  ///
  /// > Cancellation: As ``withPermit(file:line:_:)``.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func withPermits<Result>(
    _ count: Int, file: StaticString = #fileID, line: UInt = #line,
    _ body: nonisolated(nonsending) () async throws -> Result
  ) async throws -> Result {
    if martlet_is_cancelled() { throw CancellationError() }
    let amount = Self.amount(count, least: 1)
    // SAFETY: the record is this call's from here to the end of the scope; the runtime's pool keeps its memory.
    let hold: UnsafeMutablePointer<MartletWaiter>
    if let taken = martlet_permits_hold(waiters.header, amount, MartletSite(file, line)) {
      hold = taken
    } else {
      hold = try await holdInTurn(amount, MartletSite(file, line))
    }
    defer { martlet_permits_give_back(hold) }
    return try await body()
  }

  // SAFETY: a new record, the caller's.
  @usableFromInline @inline(never)
  nonisolated(nonsending) func holdInTurn(
    _ amount: UInt32, _ site: MartletSite
  ) async throws(CancellationError) -> UnsafeMutablePointer<MartletWaiter> {
    try await wait(amount, site)
    return martlet_permits_record(waiters.header, amount, site).unsafelyUnwrapped
  }

  /// Waits for permits and keeps them, until ``release(_:)``: for where taking and giving back are not in one scope.
  ///
  /// - Parameter count: At least 1.
  ///
  /// > Cancellation: A checkpoint, also when there are enough. If it throws, no permit was taken.
  public nonisolated(nonsending) func acquire(
    _ count: Int = 1, file: StaticString = #fileID, line: UInt = #line
  ) async throws(CancellationError) {
    if martlet_is_cancelled() { throw CancellationError() }
    if !tryAcquire(count) { try await wait(Self.amount(count, least: 1), MartletSite(file, line)) }
  }

  private nonisolated(nonsending) func wait(
    _ amount: UInt32, _ site: MartletSite
  ) async throws(CancellationError) {
    let wish = MartletWish(ticket: 0, amount: amount, losses: 0)
    switch await waiters.wait(site, wish, unless: { martlet_permits_take(waiters.header, amount) }) {
    case .spared, .told, .opened: return
    case .cancelled:
      // Those behind may want less.
      waiters.resume { martlet_permits_give(waiters.header, 0) }
      throw CancellationError()
    }
  }

  /// Takes permits if there are enough and nobody waits; never waits.
  ///
  /// - Parameter count: At least 1.
  ///
  /// > Cancellation: No checkpoint.
  public func tryAcquire(_ count: Int = 1) -> Bool {
    let amount = Self.amount(count, least: 1)
    return waiters.withLock { martlet_permits_take(waiters.header, amount) }
  }

  /// Gives permits back, or adds new ones.
  ///
  /// - Parameter count: At least 0. Beyond 2,147,483,647 permits in all a precondition fails.
  /// - Complexity: linear in the tasks that go on.
  public func release(_ count: Int = 1) {
    let amount = Self.amount(count, least: 0)
    waiters.resume {
      precondition(
        Int(martlet_line_available(waiters.header)) + count <= Self.limit,
        "a semaphore has at most \(Self.limit) permits")
      return martlet_permits_supply(waiters.header, amount)
    }
  }

  @usableFromInline static let limit = Int(Int32.max)

  @usableFromInline static func amount(_ count: Int, least: Int) -> UInt32 {
    precondition(count >= least, "at least \(least) permits are meant, not \(count)")
    precondition(count <= limit, "a semaphore has at most \(limit) permits, not \(count)")
    return UInt32(count)
  }
}
