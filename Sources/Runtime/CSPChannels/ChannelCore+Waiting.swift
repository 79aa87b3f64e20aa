// Waiting: a waiter is queued, the task parks, and after the wake-up the waiter tells how it ended.
public import CSPScheduling
public import CScheduling

extension ChannelCore where Element: ~Copyable {
  @inlinable @inline(__always)
  func beginWait(
    _ operation: MartletOperation, _ site: MartletSite, isolated: Bool
  ) -> UnsafeMutablePointer<MartletWaiter> {
    martlet_wait_begin(
      header, operation, MemoryLayout<Element>.size, MemoryLayout<Element>.alignment, site, isolated
    ).unsafelyUnwrapped
  }

  @inlinable @inline(__always) func freeWaiter(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    martlet_waiter_free(waiter, MemoryLayout<Element>.alignment)
  }

  // SAFETY: of a waiter of this channel, under its lock, and so in no line yet.
  @usableFromInline func enqueue(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    if waiter.pointee.operation == .send { martlet_enqueue_sender(waiter) } else { martlet_enqueue_receiver(waiter) }
  }

  /// Parks in any way but directly. Inlinable, so as to be specialised: looking up the metadata of the attempt's result
  /// was a sixth of a portable wait.
  // SAFETY: the waiter is of this channel and of this task, and is given back after this has returned.
  @inlinable @inline(never)
  nonisolated(nonsending) func parkOtherwise(_ waiter: UnsafeMutablePointer<MartletWaiter>) async {
    await _parkOtherwise(waiter, lock) { attemptAgain(waiter) }
  }

  /// Under the lock: true, and without it, if the operation ended; false if the waiter stands in line.
  // SAFETY: the waiter is the one of `parkOtherwise`. A sender's holds a value until it is moved out here, and again
  // where it could not be sent; a receiver's holds one only after this has put it there.
  @inlinable @inline(never)
  func attemptAgain(_ waiter: UnsafeMutablePointer<MartletWaiter>) -> Bool {
    if martlet_standing(waiter) == .toBeCancelled {
      martlet_outcome_set(waiter, .cancelled)
      martlet_unlock(lock)
      return true
    }
    if waiter.pointee.operation == .send {
      switch attemptSend(Self.payload(waiter).move()) {
      case .sent:
        martlet_outcome_set(waiter, .done)
        return true
      case .closed(let value):
        Self.payload(waiter).initialize(to: value)
        martlet_outcome_set(waiter, .closed)
        return true
      case .full(let value):
        Self.payload(waiter).initialize(to: value)
      }
    } else {
      switch attemptReceive() {
      case .received(let value):
        Self.payload(waiter).initialize(to: value)
        martlet_outcome_set(waiter, .done)
        return true
      case .closed:
        martlet_outcome_set(waiter, .closed)
        return true
      case .empty:
        break
      }
    }
    enqueue(waiter)
    return false
  }

  // MARK: Sending

  // SAFETY: a waiter of the pool, this task's own until `finishSend` gives it back; it holds the value meanwhile.
  @inlinable @inline(never) func prepareSend(
    _ value: consuming Element, _ site: MartletSite, isolated: Bool
  ) -> UnsafeMutablePointer<MartletWaiter> {
    let waiter = beginWait(.send, site, isolated: isolated)
    Self.payload(waiter).initialize(to: value)
    return waiter
  }

  @inlinable @inline(never)
  func finishSend(_ waiter: UnsafeMutablePointer<MartletWaiter>) -> SendOutcome<Element> {
    martlet_wait_end(waiter)
    let outcome = martlet_outcome(waiter)
    if outcome == .done {
      freeWaiter(waiter)
      return .sent
    }
    let value = Self.payload(waiter).move()
    freeWaiter(waiter)
    return outcome == .closed ? .closed(value) : .cancelled(value)
  }

  @inlinable @inline(__always)
  nonisolated(nonsending) func sendOrWait(
    _ value: consuming Element, _ site: MartletSite
  ) async -> SendOutcome<Element> {
    if martlet_is_cancelled() { return .cancelled(value) }
    martlet_lock(lock)
    switch attemptSend(value) {
    case .sent:
      return .sent
    case .closed(let value):
      return .closed(value)
    case .full(let value):
      let waiter = prepareSend(value, site, isolated: _isIsolated(#isolation))
      if waiter.pointee.parking == .direct {
        await _parkDirectly(waiter, lock)
      } else {
        await parkOtherwise(waiter)
      }
      return finishSend(waiter)
    }
  }

  // MARK: Receiving

  @inlinable @inline(__always)
  func finishReceive(_ waiter: UnsafeMutablePointer<MartletWaiter>) -> ReceiveOutcome<Element> {
    martlet_wait_end(waiter)
    switch martlet_outcome(waiter) {
    case .done:
      let value = Self.payload(waiter).move()
      freeWaiter(waiter)
      return .received(value)
    case .closed:
      freeWaiter(waiter)
      return .closed
    case .cancelled, .pending:
      freeWaiter(waiter)
      return .cancelled
    }
  }

  @inlinable @inline(__always)
  nonisolated(nonsending) func receiveOrWait(_ site: MartletSite) async -> ReceiveOutcome<Element> {
    if martlet_is_cancelled() { return .cancelled }
    martlet_lock(lock)
    switch attemptReceive() {
    case .received(let value):
      return .received(value)
    case .closed:
      return .closed
    case .empty:
      let waiter = beginWait(.receive, site, isolated: _isIsolated(#isolation))
      if waiter.pointee.parking == .direct {
        await _parkDirectly(waiter, lock)
      } else {
        await parkOtherwise(waiter)
      }
      return finishReceive(waiter)
    }
  }
}
