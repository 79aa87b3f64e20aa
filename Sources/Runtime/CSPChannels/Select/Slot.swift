// Select cases for values that cannot be copied or are not Sendable: the value stays in a slot until its case happens.
public import CScheduling

/// A place for at most one value: where a select's send case takes it from, and a receive case puts it.
///
/// A send case that does not happen leaves the value in the slot. A slot belongs to one task.
public final class Slot<Element: ~Copyable> {
  @usableFromInline var value: Element?

  /// An empty slot.
  @inlinable public init() { value = nil }
  /// A slot that holds a value.
  @inlinable public init(_ value: consuming Element) { self.value = consume value }

  /// Whether there is nothing to take.
  @inlinable public var isEmpty: Bool {
    switch value {
    case .none: true
    case .some: false
    }
  }

  /// Puts a value in. The slot must be empty: otherwise a precondition fails.
  @inlinable public func put(_ value: consuming Element) {
    precondition(isEmpty, "a slot holds at most one value")
    self.value = consume value
  }

  /// Takes the value out; nil if the slot is empty, or lends its value to a select that waits.
  @inlinable public func take() -> Element? { value.take() }
}

/// A case that sends what a slot holds. Not enabled while the slot is empty.
public struct SlotSending<Element: ~Copyable>: Selectable {
  @usableFromInline let channel: CaseChannel<Element>
  @usableFromInline let slot: Slot<Element>

  @inlinable init(channel: CaseChannel<Element>, slot: Slot<Element>) {
    self.channel = channel
    self.slot = slot
  }

  @inlinable public var isEnabled: Bool { !slot.isEmpty }
  @inlinable public var _mightHappen: Bool { channel.mightSend }
  @inlinable public var _versionBefore: UInt64 { @inline(always) get { martlet_version_before(channel.core.lock) } }
  @inlinable public var _versionAfter: UInt64 { @inline(always) get { martlet_version_after(channel.core.lock) } }

  @inlinable public func _attempt() -> SendCaseOutcome? {
    guard channel.mightSend, let value = slot.take() else { return nil }
    switch channel.attemptSend(value) {
    case .sent: return .sent
    case .closed(let value):
      slot.put(value)
      return .closed
    case .full(let value):
      slot.put(value)
      return nil
    }
  }

  @inlinable public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> {
    channel.makeWaiter(.send, site)
  }

  @inlinable public func _load(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    if let value = slot.take() { ChannelCore<Element>.payload(waiter).initialize(to: value) }
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
      guard let value = channel.completeSend(waiter, partner) else { return .sent }
      slot.put(value)
      return .closed
    }
  }

  @inlinable public func _withdraw(_ waiter: UnsafeMutablePointer<MartletWaiter>) {
    slot.put(ChannelCore<Element>.payload(waiter).move())
  }
  @inlinable public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { channel.core.freeWaiter(waiter) }
}

/// A case that receives into a slot, which must be empty.
public struct SlotReceiving<Element: ~Copyable>: Selectable {
  @usableFromInline let channel: CaseChannel<Element>
  @usableFromInline let slot: Slot<Element>

  @inlinable init(channel: CaseChannel<Element>, slot: Slot<Element>) {
    self.channel = channel
    self.slot = slot
  }

  @inlinable public var _mightHappen: Bool { channel.mightReceive }
  @inlinable public var _versionBefore: UInt64 { @inline(always) get { martlet_version_before(channel.core.lock) } }
  @inlinable public var _versionAfter: UInt64 { @inline(always) get { martlet_version_after(channel.core.lock) } }

  @inlinable public func _attempt() -> ReceiveCaseOutcome? {
    switch channel.attemptReceive() {
    case .received(let value):
      slot.put(value)
      return .received
    case .closed: return .closed
    case .empty: return nil
    }
  }

  @inlinable public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> {
    channel.makeWaiter(.receive, site)
  }

  @inlinable public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> ReceiveCaseOutcome {
    guard let value = channel.completeReceive(waiter, partner) else { return .closed }
    slot.put(value)
    return .received
  }

  @inlinable public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { channel.core.freeWaiter(waiter) }
}

extension Channel where Element: ~Copyable {
  /// A case of a select that sends the value in a slot; it stays there unless this case happens.
  @inlinable public func sending(from slot: Slot<Element>) -> SlotSending<Element> {
    SlotSending(channel: CaseChannel(self), slot: slot)
  }

  /// A case of a select that receives into a slot, which must be empty when the case happens.
  @inlinable public func receiving(into slot: Slot<Element>) -> SlotReceiving<Element> {
    SlotReceiving(channel: CaseChannel(self), slot: slot)
  }
}
