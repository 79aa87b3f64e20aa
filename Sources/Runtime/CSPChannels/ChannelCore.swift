// The heart of a channel: one attempt to send or to receive, under the lock, which either ends or has to wait.
//
// These functions are inlined into the caller: an attempt that succeeds costs one locked instruction, or none where the
// lock is biased to the worker, and allocates nothing. Where an attempt answers `full` or `empty` the lock is still held, so that the caller can queue a waiter
// without a second look; in every other case it has been released.
public import CScheduling

/// A channel's header with its element type: what does the work, for the channel itself and for cases of selects, which
/// do not keep it alive.
@usableFromInline struct ChannelCore<Element: ~Copyable> {
  // SAFETY: headers are type-stable; whoever holds no channel compares the generation under the lock first.
  @usableFromInline let header: UnsafeMutablePointer<MartletChannel>

  @inlinable @inline(always) init(_ header: UnsafeMutablePointer<MartletChannel>) { self.header = header }
}

extension ChannelCore where Element: ~Copyable {
  // SAFETY: the lock is the header's first field and lives as long as the header, which is type-stable.
  @inlinable var lock: UnsafeMutablePointer<MartletLock> {
    @inline(__always) get { UnsafeMutableRawPointer(header).assumingMemoryBound(to: MartletLock.self) }
  }

  // SAFETY: the ring is allocated for `capacity` elements; slots from receiveIndex on, `count` of them, are initialised.
  @inlinable var ring: UnsafeMutablePointer<Element> {
    @inline(__always) get { header.pointee.ring.unsafelyUnwrapped.assumingMemoryBound(to: Element.self) }
  }

  // SAFETY: raw memory of the right size and alignment for `slots` elements; freed in deinit or when the ring grows.
  @usableFromInline static func allocateRing(_ slots: Int) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer.allocate(
      byteCount: Swift.max(1, slots * MemoryLayout<Element>.stride), alignment: Swift.max(8, MemoryLayout<Element>.alignment))
  }

  // SAFETY: a waiter's payload has room for one element; I3 of MartletWaiter.h says when it is initialised.
  @inlinable @inline(__always)
  static func payload(_ waiter: UnsafeMutablePointer<MartletWaiter>) -> UnsafeMutablePointer<Element> {
    waiter.pointee.payload.unsafelyUnwrapped.assumingMemoryBound(to: Element.self)
  }

  /// Sends if that is possible at once. The lock is held, and on `full` it stays so.
  @inlinable @inline(__always)
  func attemptSend(_ value: consuming Element) -> TrySendResult<Element> {
    if header.pointee.closed != 0 {
      martlet_unlock(lock)
      return .closed(value)
    }
    if header.pointee.receivers != nil, let receiver = martlet_pop_receiver(header) {
      handOver(value, to: receiver)
      return .sent
    }
    let count = header.pointee.count
    guard count < header.pointee.capacity else {
      return header.pointee.overflow == .wait ? .full(value) : overflow(value)
    }
    buffer(value)
    martlet_count_set(header, count &+ 1)
    martlet_note_sent(header)
    martlet_unlock(lock)
    return .sent
  }

  /// Gives the value to a receiver that was unlinked, and resumes it.
  @inlinable @inline(__always)
  func handOver(_ value: consuming Element, to receiver: UnsafeMutablePointer<MartletWaiter>) {
    Self.payload(receiver).initialize(to: value)
    martlet_outcome_set(receiver, .done)
    martlet_note_sent(header)
    let token = martlet_token(receiver)
    martlet_unlock(lock)
    martlet_resume(token)
  }

  /// Puts a value into the next slot, which is free. The count is the caller's.
  @inlinable @inline(__always)
  func buffer(_ value: consuming Element) {
    let index = header.pointee.sendIndex
    (ring + Int(index)).initialize(to: value)
    martlet_send_index_set(header, index &+ 1 == header.pointee.capacity ? 0 : index &+ 1)
  }

  /// Takes the oldest value out of its slot. The count is the caller's.
  @inlinable @inline(__always)
  func unbuffer() -> Element {
    let index = header.pointee.receiveIndex
    martlet_receive_index_set(header, index &+ 1 == header.pointee.capacity ? 0 : index &+ 1)
    return (ring + Int(index)).move()
  }

  @usableFromInline func takeBuffered() -> Element {
    martlet_count_set(header, header.pointee.count - 1)
    return unbuffer()
  }

  /// What a full channel does with a value, by its kind.
  @inlinable @inline(never)
  func overflow(_ value: consuming Element) -> TrySendResult<Element> {
    switch header.pointee.overflow {
    case .wait:
      return .full(value)
    case .dropNewest:
      martlet_note_dropped(header)
      martlet_unlock(lock)
    case .dropOldest:
      let oldest = unbuffer()
      buffer(value)
      martlet_note_dropped(header)
      martlet_unlock(lock)
      _ = consume oldest  // not under the lock
    case .grow:
      grow()
      buffer(value)
      martlet_count_set(header, header.pointee.count + 1)
      martlet_note_sent(header)
      martlet_unlock(lock)
    }
    return .sent
  }

  /// Doubles the ring. Values keep their order.
  @usableFromInline func grow() {
    let old = header.pointee.ring
    let count = Int(header.pointee.count)
    let capacity = Swift.max(16, 2 * Int(header.pointee.capacity))
    precondition(capacity <= Int(Int32.max), "an unbounded channel holds at most \(Int32.max) values")
    // SAFETY: `count` initialised elements are moved, in two runs, into the new memory.
    let new = Self.allocateRing(capacity)
    if let old {
      let target = new.bindMemory(to: Element.self, capacity: capacity)
      let source = old.assumingMemoryBound(to: Element.self)
      let first = Int(header.pointee.receiveIndex)
      let head = Swift.min(count, Int(header.pointee.capacity) - first)
      target.moveInitialize(from: source + first, count: head)
      (target + head).moveInitialize(from: source, count: count - head)
      old.deallocate()
    }
    martlet_ring_set(header, new, UInt32(capacity), UInt32(count))
  }

  /// Receives if that is possible at once. The lock is held, and on `empty` it stays so.
  @inlinable @inline(__always)
  func attemptReceive() -> TryReceiveResult<Element> {
    let count = header.pointee.count
    if count > 0 {
      let value = unbuffer()
      if header.pointee.senders != nil, let sender = martlet_pop_sender(header) {
        // The sender that has waited longest takes the freed slot; the count stays.
        buffer(Self.payload(sender).move())
        release(sender)
      } else {
        martlet_count_set(header, count &- 1)
        martlet_unlock(lock)
      }
      return .received(value)
    }
    if header.pointee.senders != nil, let sender = martlet_pop_sender(header) {
      return .received(takeOver(from: sender))
    }
    if header.pointee.closed != 0 {
      martlet_unlock(lock)
      return .closed
    }
    return .empty
  }

  /// Takes the value of a sender that was unlinked, and resumes it.
  @inlinable @inline(__always)
  func takeOver(from sender: UnsafeMutablePointer<MartletWaiter>) -> Element {
    let value = Self.payload(sender).move()
    release(sender)
    return value
  }

  /// Ends the wait of a sender whose value has been moved out of it, and unlocks.
  @inlinable @inline(__always)
  func release(_ sender: UnsafeMutablePointer<MartletWaiter>) {
    martlet_outcome_set(sender, .done)
    martlet_note_sent(header)
    let token = martlet_token(sender)
    martlet_unlock(lock)
    martlet_resume(token)
  }

  /// Whether a send might succeed or find the channel closed, without the lock.
  @inlinable var mightSend: Bool {
    @inline(__always) get {
      martlet_peek_count(header) < header.pointee.capacity || martlet_peek_receiver(header)
        || header.pointee.overflow != .wait || martlet_peek_closed(header)
    }
  }

  /// Whether a receive might succeed or find the channel closed, without the lock.
  @inlinable var mightReceive: Bool {
    @inline(__always) get {
      martlet_peek_count(header) > 0 || martlet_peek_sender(header) || martlet_peek_closed(header)
    }
  }
}
