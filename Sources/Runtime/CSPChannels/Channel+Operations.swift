// The operations: send and receive, waiting, not waiting, and blocking a thread.
public import CSPScheduling
public import CScheduling

extension Channel where Element: Sendable {
  /// Sends a value, waiting for a receiver or for room in the buffer.
  ///
  /// Throws ``ChannelClosed`` if the channel is closed before the value is taken, and `CancellationError` if the task
  /// is cancelled; in both cases the value was not sent, and the caller still has it.
  ///
  /// - Parameters:
  ///   - value: Handed over as it is; what it refers to is shared, which `Sendable` allows.
  ///   - file: With `line`, where inspectors show the wait.
  ///
  /// - Complexity: constant; a hand-over to a waiting receiver copies nothing but the value.
  ///
  /// > Cancellation: A checkpoint, also when the send would not have to wait.
  ///
  /// > Source: the Go specification, "Send statements"; there a send on a closed channel panics.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func send(
    _ value: Element, file: StaticString = #fileID, line: UInt = #line
  ) async throws {
    switch await core.sendOrWait(value, MartletSite(file, line)) {
    case .sent: return
    case .closed: throw closedError()
    case .cancelled: throw CancellationError()
    }
  }

  @usableFromInline func closedError() -> ChannelClosed { ChannelClosed(channel: name) }

  /// Sends a value from a thread outside of any task, blocking it until the value is taken or buffered.
  ///
  /// Throws ``ChannelClosed`` if the channel is closed before that; the caller still has the value. Not cancellable:
  /// closing the channel is what ends the wait.
  @available(*, noasync, message: "blocks the thread; use send")
  public func sendBlocking(_ value: Element, file: StaticString = #fileID, line: UInt = #line) throws(ChannelClosed) {
    switch sendBlocking(moving: value, file: file, line: line) {
    case .sent: return
    case .closed, .cancelled: throw closedError()
    }
  }
}

extension Channel where Element: ~Copyable {
  /// Sends a value that need not be `Sendable` or `Copyable`: it moves, and comes back in the answer if it was not
  /// sent.
  ///
  /// - Returns: `sent`; or `closed` or `cancelled`, with the value. As move-only as the value is.
  ///
  /// - Complexity: constant.
  ///
  /// > Cancellation: A checkpoint, also when the send would not have to wait. A cancelled send did not happen.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func send(
    moving value: consuming sending Element, file: StaticString = #fileID, line: UInt = #line
  ) async -> sending SendOutcome<Element> {
    await core.sendOrWait(value, MartletSite(file, line))
  }

  /// Receives a value, waiting for one. Nil when the channel is closed and everything buffered has been received.
  ///
  /// Throws `CancellationError` if the task is cancelled; then no value was taken.
  ///
  /// Receivers that wait are served in the order in which they came, and values arrive in the order in which they were
  /// sent.
  ///
  /// - Complexity: constant.
  ///
  /// > Cancellation: A checkpoint, also when the receive would not have to wait.
  ///
  /// > Source: the Go specification, "Receive operator"; nil is its second result, false.
  @inlinable @inline(__always)
  public nonisolated(nonsending) func receive(
    file: StaticString = #fileID, line: UInt = #line
  ) async throws(CancellationError) -> sending Element? {
    switch await core.receiveOrWait(MartletSite(file, line)) {
    case .received(let value): return value
    case .closed: return nil
    case .cancelled: throw CancellationError()
    }
  }

  /// Sends if a receiver waits or the buffer has room; never waits, never suspends.
  ///
  /// - Returns: `sent`; or `full` or `closed`, with the value. Where the kind of the channel drops values, never
  ///   `full`.
  ///
  /// - Complexity: constant. Takes no lock when the channel is full.
  ///
  /// > Cancellation: No checkpoint.
  @inlinable @inline(__always)
  public func trySend(_ value: consuming sending Element) -> sending TrySendResult<Element> {
    let core = core
    guard core.mightSend else { return .full(value) }
    martlet_lock(core.lock)
    switch core.attemptSend(value) {
    case .sent: return .sent
    case .closed(let value): return .closed(value)
    case .full(let value):
      martlet_unlock(core.lock)
      return .full(value)
    }
  }

  /// Receives if a value is buffered or a sender waits; never waits, never suspends.
  ///
  /// - Complexity: constant. Takes no lock when the channel is empty.
  ///
  /// > Cancellation: No checkpoint.
  @inlinable @inline(__always)
  public func tryReceive() -> sending TryReceiveResult<Element> {
    let core = core
    guard core.mightReceive else { return .empty }
    martlet_lock(core.lock)
    switch core.attemptReceive() {
    case .received(let value): return .received(value)
    case .closed: return .closed
    case .empty:
      martlet_unlock(core.lock)
      return .empty
    }
  }

  /// Sends a value from a thread outside of any task, blocking it. Not cancellable; the value comes back if the channel
  /// is closed.
  @available(*, noasync, message: "blocks the thread; use send")
  public func sendBlocking(
    moving value: consuming sending Element, file: StaticString = #fileID, line: UInt = #line
  ) -> sending SendOutcome<Element> {
    let core = core
    martlet_lock(core.lock)
    switch core.attemptSend(value) {
    case .sent: return .sent
    case .closed(let value): return .closed(value)
    case .full(let value):
      let waiter = makeThreadWaiter(.send, MartletSite(file, line))
      ChannelCore<Element>.payload(waiter).initialize(to: value)
      core.enqueue(waiter)
      martlet_thread_wait(waiter, core.lock)
      return core.finishSend(waiter)
    }
  }

  /// Receives a value from a thread outside of any task, blocking it. Not cancellable. Nil when the channel is closed
  /// and drained.
  @available(*, noasync, message: "blocks the thread; use receive")
  public func receiveBlocking(file: StaticString = #fileID, line: UInt = #line) -> sending Element? {
    let core = core
    martlet_lock(core.lock)
    switch core.attemptReceive() {
    case .received(let value): return value
    case .closed: return nil
    case .empty:
      let waiter = makeThreadWaiter(.receive, MartletSite(file, line))
      core.enqueue(waiter)
      martlet_thread_wait(waiter, core.lock)
      switch core.finishReceive(waiter) {
      case .received(let value): return value
      case .closed: return nil
      case .cancelled: return nil
      }
    }
  }

  private func makeThreadWaiter(
    _ operation: MartletOperation, _ site: MartletSite
  ) -> UnsafeMutablePointer<MartletWaiter> {
    let waiter = martlet_waiter_allocate(MemoryLayout<Element>.size, MemoryLayout<Element>.alignment).unsafelyUnwrapped
    martlet_waiter_aim(waiter, header, operation)
    martlet_site_note(waiter, site)
    martlet_task_note(waiter)
    return waiter
  }
}
