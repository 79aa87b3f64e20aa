// What a select can wait for, and what each case tells the select's machinery.
public import CScheduling

/// A case of a select: a send, a receive, or a time. The cases are those that this module makes.
///
/// Whoever evaluates the operands of a case does so once, before the select looks at any of them (the Go specification,
/// "Select statements").
public protocol Selectable<Outcome> {
  /// What `switch` finds when this case was the one that happened.
  associatedtype Outcome

  /// A case that is not enabled never happens: Go's nil channel.
  var isEnabled: Bool { get }

  /// Whether the case could happen now, looked at without a lock.
  var _mightHappen: Bool { get }
  /// How often what the case looks at has changed, for seeing several cases at one instant (see MartletLock.h); read
  /// before the looks and after them.
  var _versionBefore: UInt64 { get }
  var _versionAfter: UInt64 { get }
  /// Makes the case happen if it can at once.
  func _attempt() -> Outcome?
  /// A waiter for this case.
  func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter>
  /// Readies the waiter for one wait: puts the value in, if the case sends, or sets the time.
  func _load(_ waiter: UnsafeMutablePointer<MartletWaiter>)
  /// The case happened: by a counterpart while the select waited, or, where the waiter's outcome is still pending, now,
  /// with its lock held and a counterpart that has been won. The lock is released; the waiter is not.
  func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> Outcome
  /// The case did not happen: what its waiter holds goes back or is released.
  func _withdraw(_ waiter: UnsafeMutablePointer<MartletWaiter>)
  /// Gives the waiter back.
  func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>)
}

extension Selectable {
  @inlinable public var isEnabled: Bool { @inline(always) get { true } }
  @inlinable public var _versionBefore: UInt64 { @inline(always) get { 0 } }
  @inlinable public var _versionAfter: UInt64 { @inline(always) get { 0 } }
  @inlinable public func _load(_ waiter: UnsafeMutablePointer<MartletWaiter>) {}
  @inlinable public func _withdraw(_ waiter: UnsafeMutablePointer<MartletWaiter>) {}

  /// This case, enabled only under a condition, which is evaluated here and once, as the case's operands are.
  ///
  /// > Source: Hoare's guarded alternatives; in Go, a nil channel.
  @inlinable public func when(_ condition: Bool) -> Guarded<Self> { Guarded(base: self, condition: condition) }
}

/// A case with a guard: see ``Selectable/when(_:)``.
public struct Guarded<Base: Selectable>: Selectable {
  @usableFromInline let base: Base
  @usableFromInline let condition: Bool

  @inlinable init(base: Base, condition: Bool) {
    self.base = base
    self.condition = condition
  }

  @inlinable public var isEnabled: Bool { condition && base.isEnabled }
  @inlinable public var _mightHappen: Bool { base._mightHappen }
  @inlinable public var _versionBefore: UInt64 { base._versionBefore }
  @inlinable public var _versionAfter: UInt64 { base._versionAfter }
  @inlinable public func _attempt() -> Base.Outcome? { base._attempt() }
  @inlinable public func _makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> {
    base._makeWaiter(site)
  }
  @inlinable public func _load(_ waiter: UnsafeMutablePointer<MartletWaiter>) { base._load(waiter) }
  @inlinable public func _complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) -> Base.Outcome { base._complete(waiter, partner) }
  @inlinable public func _withdraw(_ waiter: UnsafeMutablePointer<MartletWaiter>) { base._withdraw(waiter) }
  @inlinable public func _free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { base._free(waiter) }
}

extension Guarded: Sendable where Base: Sendable {}
