// A value that is made once, when it is first asked for.
//
// I1. At most one task makes the value at a time: the one that has the turn. It ends its turn by opening the line, with
//     the value there, or by giving the turn to the first that waits, or to nobody.
// I2. Once the line is open the value is there and does not change.
import CSPScheduling
import CScheduling

/// Makes a value once, when it is first asked for, however many ask.
///
/// ```
/// let settings = Once { try await load("settings.json") }
/// let port = try await settings.value().port
/// ```
///
/// The first that asks makes the value; others wait for it. If that throws, or its task is cancelled, the error goes to
/// the one that made the attempt, and the next that waits tries: one caller's cancellation is no failure of the others.
///
/// The closure must not ask for the same value: it would wait for itself.
///
/// > Ordering: What the closure did happens before ``value(file:line:)`` returns, for everybody.
///
/// > Source: Go's `sync.OnceValues`, where a failure is final.
public final class Once<Value: Sendable>: @unchecked Sendable {
  // SAFETY: @unchecked: I2: written by the one that has the turn, before the line is opened, and read after. `isTaken`
  // is read and written under the line's lock.
  @exclusivity(unchecked) private var made: Value?
  @exclusivity(unchecked) private var isTaken = false
  private let waiters: WaiterLine
  private let make: @Sendable () async throws -> Value

  /// - Parameters:
  ///   - name: Shown by inspectors.
  ///   - make: Makes the value, in the task of whoever asks first.
  public init(name: String? = nil, _ make: @escaping @Sendable () async throws -> Value) {
    waiters = WaiterLine(.once, name: name)
    self.make = make
  }

  deinit { waiters.free() }

  /// The name given at creation.
  public var name: String? { waiters.name }

  /// The value, if it has been made.
  public var valueIfMade: Value? { martlet_line_is_open(waiters.header) ? made : nil }

  /// Those who wait for another task to make it, at this moment.
  ///
  /// - Complexity: linear in them.
  public var waiting: Int { waiters.count }

  /// The value, which is made if it has not been; throws what making it throws, if it was this task that tried.
  ///
  /// - Complexity: constant, but for making it.
  ///
  /// > Cancellation: A checkpoint, also when the value is there. If it throws, somebody else may still make it.
  public nonisolated(nonsending) func value(file: StaticString = #fileID, line: UInt = #line) async throws -> Value {
    if martlet_is_cancelled() { throw CancellationError() }
    if let value = valueIfMade { return value }
    let end = await waiters.wait(MartletSite(file, line)) {
      if martlet_line_is_open(waiters.header) { return true }
      defer { isTaken = true }
      return !isTaken
    }
    switch end {
    case .opened: break
    case .cancelled: throw CancellationError()
    case .spared, .told:
      if martlet_line_is_open(waiters.header) { break }
      return try await makeInTurn()
    }
    return valueIfMade.unsafelyUnwrapped
  }

  private nonisolated(nonsending) func makeInTurn() async throws -> Value {
    do {
      // The turn may have come after a cancellation.
      if martlet_is_cancelled() { throw CancellationError() }
      let value = try await make()
      made = value
      waiters.resume { martlet_line_open(waiters.header) }
      return value
    } catch {
      waiters.resume {
        let next = martlet_line_next(waiters.header)
        isTaken = next != nil
        return next
      }
      throw error
    }
  }
}
