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

/// The channel of a case: its header and the generation at which the case was made.
///
/// A case does not keep its channel alive: that would cost a reference count in every select. A channel that is gone
/// when the select comes to it is as good as closed, since nobody is left who could use it.
@usableFromInline struct CaseChannel<Element: ~Copyable>: @unchecked Sendable {
  // SAFETY: @unchecked: nothing but the type-stable header, used under its lock and after comparing the generation.
  @usableFromInline let core: ChannelCore<Element>
  @usableFromInline let generation: UInt32

  @inlinable @inline(always) init(_ channel: Channel<Element>) {
    core = channel.core
    generation = channel.header.pointee.generation
  }

  // SAFETY: the caller's header is type-stable, as every header is.
  init(header: UnsafeMutablePointer<MartletChannel>, generation: UInt32) {
    core = ChannelCore(header)
    self.generation = generation
  }

  @inlinable var isStale: Bool { @inline(always) get { martlet_peek_stale(core.header, generation) } }
  @inlinable var mightSend: Bool { @inline(always) get { core.mightSend || isStale } }
  @inlinable var mightReceive: Bool { @inline(always) get { core.mightReceive || isStale } }

  @inlinable @inline(always) func attemptSend(_ value: consuming Element) -> TrySendResult<Element> {
    guard mightSend else { return .full(value) }
    martlet_lock(core.lock)
    if isStale {
      martlet_unlock(core.lock)
      return .closed(value)
    }
    switch core.attemptSend(value) {
    case .sent: return .sent
    case .closed(let value): return .closed(value)
    case .full(let value):
      martlet_unlock(core.lock)
      return .full(value)
    }
  }

  @inlinable @inline(always) func attemptReceive() -> TryReceiveResult<Element> {
    guard mightReceive else { return .empty }
    martlet_lock(core.lock)
    if isStale {
      martlet_unlock(core.lock)
      return .closed
    }
    switch core.attemptReceive() {
    case .received(let value): return .received(value)
    case .closed: return .closed
    case .empty:
      martlet_unlock(core.lock)
      return .empty
    }
  }

  @inlinable func makeWaiter(
    _ operation: MartletOperation, _ site: MartletSite
  ) -> UnsafeMutablePointer<MartletWaiter> {
    let waiter = martlet_waiter_allocate(MemoryLayout<Element>.size, MemoryLayout<Element>.alignment).unsafelyUnwrapped
    martlet_waiter_aim(waiter, core.header, operation)
    waiter.pointee.generation = generation
    martlet_site_note(waiter, site)
    return waiter
  }

  /// Sends a waiter's value, which is possible: the lock has been held since that was seen. Gives the value back if the
  /// channel is closed.
  @inlinable func completeSend(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> Element? {
    let value = ChannelCore<Element>.payload(waiter).move()
    if isStale {
      martlet_unlock(core.lock)
      return value
    }
    if let partner {
      core.handOver(value, to: partner)
      return nil
    }
    switch core.attemptSend(value) {
    case .sent: return nil
    case .closed(let value): return value
    case .full(let value): return value
    }
  }

  /// Ends a receive case that happened. Nil: the channel is closed and drained.
  @inlinable func completeReceive(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> Element? {
    switch martlet_outcome(waiter) {
    case .done: return ChannelCore<Element>.payload(waiter).move()
    case .closed, .cancelled: return nil
    case .pending: break
    }
    if isStale {
      martlet_unlock(core.lock)
      return nil
    }
    if let partner { return core.takeOver(from: partner) }
    // Buffered, or closed: it cannot be empty, the lock has been held since it was looked at.
    switch core.attemptReceive() {
    case .received(let value): return value
    case .closed: return nil
    case .empty: return nil
    }
  }
}

/// A case that receives. Its outcome is the value, or nil when the channel is closed and drained.
public struct Receiving<Element>: Selectable {
  @usableFromInline let channel: CaseChannel<Element>

  @inlinable @inline(always) init(channel: CaseChannel<Element>) { self.channel = channel }

  /// On a header that no channel object owns: ready, with nil, once its generation is another one.
  // SAFETY: the caller's header is type-stable, as every header is.
  package init(header: UnsafeMutablePointer<MartletChannel>, generation: UInt32) {
    channel = CaseChannel(header: header, generation: generation)
  }

  @inlinable public var _mightHappen: Bool { @inline(always) get { channel.mightReceive } }
  @inlinable public var _versionBefore: UInt64 { @inline(always) get { martlet_version_before(channel.core.lock) } }
  @inlinable public var _versionAfter: UInt64 { @inline(always) get { martlet_version_after(channel.core.lock) } }

  @inlinable @inline(always) public func _attempt() -> Element?? {
    switch channel.attemptReceive() {
    case .received(let value): return .some(value)
    case .closed: return .some(nil)
    case .empty: return nil
    }
  }

  @inlinable public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> {
    channel.makeWaiter(.receive, site)
  }

  @inlinable public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> Element? { channel.completeReceive(waiter, partner) }

  @inlinable public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { channel.core.freeWaiter(waiter) }
}

/// A case that sends a value. If another case happens, nothing was sent and the caller still has the value.
public struct Sending<Element>: Selectable {
  @usableFromInline let channel: CaseChannel<Element>
  @usableFromInline let value: Element

  @inlinable @inline(always) init(channel: CaseChannel<Element>, value: Element) {
    self.channel = channel
    self.value = value
  }

  @inlinable public var _mightHappen: Bool { @inline(always) get { channel.mightSend } }
  @inlinable public var _versionBefore: UInt64 { @inline(always) get { martlet_version_before(channel.core.lock) } }
  @inlinable public var _versionAfter: UInt64 { @inline(always) get { martlet_version_after(channel.core.lock) } }

  @inlinable @inline(always) public func _attempt() -> SendCaseOutcome? {
    switch channel.attemptSend(value) {
    case .sent: return .sent
    case .closed: return .closed
    case .full: return nil
    }
  }

  @inlinable public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> {
    channel.makeWaiter(.send, site)
  }

  @inlinable public func _load(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    ChannelCore<Element>.payload(waiter).initialize(to: value)
  }

  @inlinable public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> SendCaseOutcome {
    switch martlet_outcome(waiter) {
    case .done: return .sent
    case .closed, .cancelled:
      _withdraw(waiter)
      return .closed
    case .pending:
      return channel.completeSend(waiter, partner) == nil ? .sent : .closed
    }
  }

  @inlinable public func _withdraw(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    ChannelCore<Element>.payload(waiter).deinitialize(count: 1)
  }
  @inlinable public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { channel.core.freeWaiter(waiter) }
}

extension Receiving: Sendable where Element: Sendable {}
extension Sending: Sendable where Element: Sendable {}

extension Channel where Element: Sendable {
  /// A case of a select that receives from this channel.
  @inlinable public var receiving: Receiving<Element> { @inline(always) get { Receiving(channel: CaseChannel(self)) } }

  /// A case of a select that sends a value on this channel. A closed channel is ready, with the outcome `closed`.
  @inlinable @inline(always) public func sending(_ value: Element) -> Sending<Element> {
    Sending(channel: CaseChannel(self), value: value)
  }
}
