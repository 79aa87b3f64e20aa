// The cases of a channel whose elements can be copied: `receiving` and `sending(_:)`.
public import CScheduling

/// What became of a send case that happened.
public enum SendCaseOutcome: Sendable, Equatable {
  /// A receiver, or the channel's buffer, has the value.
  case sent
  /// The channel is closed; the value was not sent.
  case closed
}

/// What became of a receive case that happened and whose value is in a ``Slot``.
public enum ReceiveCaseOutcome: Sendable, Equatable {
  case received
  /// The channel is closed and drained.
  case closed
}

/// A case that receives. Its outcome is the value, or nil when the channel is closed and drained.
public struct Receiving<Element>: Selectable {
  @usableFromInline let channel: Channel<Element>

  @inlinable @inline(always) init(channel: Channel<Element>) { self.channel = channel }

  @inlinable public var _mightHappen: Bool { @inline(always) get { channel.mightReceive } }

  @inlinable @inline(always) public func _attempt() -> Element?? {
    switch channel.tryReceive() {
    case .received(let value): return .some(value)
    case .closed: return .some(nil)
    case .empty: return nil
    }
  }

  @inlinable public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> {
    channel.makeSelectWaiter(.receive, site)
  }

  @inlinable public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> Element? {
    switch waiter.pointee.outcome {
    case .done: return Channel<Element>.payload(waiter).move()
    case .closed, .cancelled: return nil
    case .pending:
      if let partner { return channel.takeOver(from: partner) }
      // Buffered, or closed: it cannot be empty, the lock has been held since it was looked at.
      if case .received(let value) = channel.attemptReceive() { return value }
      return nil
    }
  }

  @inlinable public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { channel.freeWaiter(waiter) }
}

/// A case that sends a value. If another case happens, nothing was sent and the caller still has the value.
public struct Sending<Element>: Selectable {
  @usableFromInline let channel: Channel<Element>
  @usableFromInline let value: Element

  @inlinable @inline(always) init(channel: Channel<Element>, value: Element) {
    self.channel = channel
    self.value = value
  }

  @inlinable public var _mightHappen: Bool { @inline(always) get { channel.mightSend } }

  @inlinable @inline(always) public func _attempt() -> SendCaseOutcome? {
    guard channel.mightSend else { return nil }
    martlet_lock(channel.lock)
    switch channel.attemptSend(value) {
    case .sent: return .sent
    case .closed: return .closed
    case .full:
      martlet_unlock(channel.lock)
      return nil
    }
  }

  @inlinable public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> {
    channel.makeSelectWaiter(.send, site)
  }

  @inlinable public func _load(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    Channel<Element>.payload(waiter).initialize(to: value)
  }

  @inlinable public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> SendCaseOutcome {
    switch waiter.pointee.outcome {
    case .done: return .sent
    case .closed, .cancelled:
      _withdraw(waiter)
      return .closed
    case .pending:
      return channel.completeSend(waiter, partner) == nil ? .sent : .closed
    }
  }

  @inlinable public func _withdraw(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    Channel<Element>.payload(waiter).deinitialize(count: 1)
  }
  @inlinable public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { channel.freeWaiter(waiter) }
}

extension Receiving: Sendable where Element: Sendable {}
extension Sending: Sendable where Element: Sendable {}

extension Channel where Element: Sendable {
  /// A case of a select that receives from this channel.
  @inlinable public var receiving: Receiving<Element> { @inline(always) get { Receiving(channel: self) } }

  /// A case of a select that sends a value on this channel. A closed channel is ready, with the outcome `closed`.
  @inlinable @inline(always) public func sending(_ value: Element) -> Sending<Element> {
    Sending(channel: self, value: value)
  }
}

extension Channel where Element: ~Copyable {
  @inlinable func makeSelectWaiter(
    _ operation: MartletOperation, _ site: MartletSite
  ) -> UnsafeMutablePointer<MartletWaiter> {
    let waiter = martlet_waiter_allocate(MemoryLayout<Element>.size, MemoryLayout<Element>.alignment).unsafelyUnwrapped
    waiter.pointee.channel = header
    waiter.pointee.operation = operation
    martlet_site_note(waiter, site)
    return waiter
  }

  /// Sends a waiter's value, which is possible: the lock has been held since that was seen. Gives the value back if the
  /// channel is closed.
  @inlinable func completeSend(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> Element? {
    let value = Self.payload(waiter).move()
    if let partner {
      handOver(value, to: partner)
      return nil
    }
    switch attemptSend(value) {
    case .sent: return nil
    case .closed(let value): return value
    case .full(let value): return value
    }
  }
}
