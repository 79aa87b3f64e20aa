// A door that opens once, when it has been counted down, and stays open.
//
// I1. What is missing never rises. When it is nothing, the line is open, and stays so.
public import CSPChannels
import CSPScheduling
public import CScheduling

/// Opens once a number of things have been done, and stays open.
///
/// ```
/// let isReady = Latch(count: 3)
/// // Three tasks, each when it is ready:
/// isReady.countDown()
/// // Any number of tasks:
/// try await isReady.wait()
/// ```
///
/// For waiting until tasks have *ended*, use a nursery: it cannot be forgotten by one of them.
///
/// > Ordering: What was done before each count happens before what is done after a wait.
///
/// > Source: `java.util.concurrent.CountDownLatch`; Go's `sync.WaitGroup` is one that can be counted up again.
public final class Latch: Sendable {
  let waiters: WaiterLine

  /// - Parameters:
  ///   - count: How many counts open it: 0 or more; with 0 it is open.
  ///   - name: Shown by inspectors.
  public init(count: Int = 1, name: String? = nil) {
    precondition((0...Self.limit).contains(count), "a latch counts from 0 to \(Self.limit), not \(count)")
    waiters = WaiterLine(.latch, name: name)
    martlet_line_available_set(waiters.header, UInt32(count))
    if count == 0 { waiters.resume { martlet_line_open(waiters.header) } }
  }

  deinit { waiters.free() }

  private static let limit = Int(Int32.max)

  /// The name given at creation.
  public var name: String? { waiters.name }

  /// Counts that are missing, at this moment.
  public var remaining: Int { waiters.withLock { Int(martlet_line_available(waiters.header)) } }

  /// Whether it has opened.
  public var isOpen: Bool { martlet_line_is_open(waiters.header) }

  /// Those who wait, at this moment.
  ///
  /// - Complexity: linear in them.
  public var waiting: Int { waiters.count }

  /// Counts. The last count opens the latch.
  ///
  /// - Parameter count: At least 1 and no more than is missing; otherwise a precondition fails.
  /// - Complexity: constant; for the last count, linear in those who wait.
  public func countDown(by count: Int = 1) {
    waiters.resume {
      let remaining = Int(martlet_line_available(waiters.header))
      precondition(
        count >= 1 && count <= remaining, "a latch with \(remaining) counts to go cannot be counted down by \(count)")
      martlet_line_available_set(waiters.header, UInt32(remaining - count))
      return count == remaining ? martlet_line_open(waiters.header) : nil
    }
  }

  /// Waits until the latch is open.
  ///
  /// - Complexity: constant.
  ///
  /// > Cancellation: A checkpoint, also when it is open.
  public nonisolated(nonsending) func wait(
    file: StaticString = #fileID, line: UInt = #line
  ) async throws(CancellationError) {
    if martlet_is_cancelled() { throw CancellationError() }
    if isOpen { return }
    switch await waiters.wait(MartletSite(file, line), unless: { isOpen }) {
    case .spared, .told, .opened: return
    case .cancelled: throw CancellationError()
    }
  }

  /// A case of a select that happens once the latch is open, and is ready from then on.
  public var opened: LatchOpened { LatchOpened(latch: self) }
}

/// A case that happens once a latch is open.
public struct LatchOpened: Selectable, Sendable {
  // Keeps the latch, and so its header.
  let latch: Latch

  private var base: Receiving<Void> {
    Receiving(header: latch.waiters.header, generation: latch.waiters.header.pointee.generation)
  }

  public var _mightHappen: Bool { latch.isOpen }
  public var _versionBefore: UInt64 { base._versionBefore }
  public var _versionAfter: UInt64 { base._versionAfter }
  public func _attempt() -> Void? { latch.isOpen ? () : nil }
  public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> { base._makeWaiter(site) }
  public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) { _ = base._complete(waiter, partner) }
  public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { base._free(waiter) }
}
