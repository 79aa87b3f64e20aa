// A select over a set of cases that changes while the program runs.
//
// I1. The frame keeps a waiter for each enabled case from one selection to the next; it is rebuilt when the set of
//     enabled cases has changed.
// I2. Between selections no waiter is queued and none holds a value.
import CSPScheduling
internal import CScheduling

/// A reusable select over any number of cases, added and removed as the program goes.
///
/// A selector belongs to one task. Each ``next(file:line:)`` takes one case that is ready, or waits for one. The
/// guide's page on select has an example.
///
/// Cases do not keep their channels alive, and neither does the selector.
///
/// - Complexity: A selection is linear in the cases; adding is constant, removing linear, enabling logarithmic.
public final class Selector {
  private let order: SelectionOrder
  private var entries: [SelectorEntry] = []
  private var nextIdentifier = 0
  private var ready: [Int] = []

  // SAFETY: allocated in init, given back in deinit; shared with counterparts only while a selection waits.
  private let frame: UnsafeMutablePointer<MartletSelect>
  private var framed: [SelectorEntry] = []

  /// - Parameter order: Which of several ready cases it takes; "in order" is the order of adding.
  public init(_ order: SelectionOrder = .fair) {
    self.order = order
    frame = martlet_select_allocate()
  }

  deinit {
    unframe()
    martlet_select_free(frame)
  }

  /// The cases in the set, enabled or not.
  public var count: Int { entries.count }

  /// Adds a case. Its outcome is asked for with the token that this returns.
  @discardableResult
  public func add<Outcome>(_ item: some Selectable<Outcome>) -> SelectorCase<Outcome> {
    precondition(entries.count < Int(UInt16.max), "a selector holds at most \(UInt16.max) cases")
    let entry = Self.entry(item, nextIdentifier)
    nextIdentifier += 1
    entries.append(entry)
    return SelectorCase(identifier: entry.identifier)
  }

  /// Puts another case of the same outcome in a case's place: the next value to send, the next deadline.
  ///
  /// Enabled or disabled as the old one was. Does nothing if that has been removed.
  ///
  /// - Complexity: logarithmic in the cases; the waiters are made anew at the next selection.
  public func replace<Outcome>(_ token: SelectorCase<Outcome>, with item: some Selectable<Outcome>) {
    guard let position = position(of: token.identifier) else { return }
    let entry = Self.entry(item, token.identifier)
    entry.enabled = entries[position].enabled
    entries[position] = entry
  }

  /// Takes a case out of the set. Taking it out again does nothing.
  public func remove<Outcome>(_ token: SelectorCase<Outcome>) {
    if let position = position(of: token.identifier) { entries.remove(at: position) }
  }

  /// Enables a case or disables it until it is enabled again.
  public func setEnabled<Outcome>(_ token: SelectorCase<Outcome>, _ enabled: Bool) {
    if let position = position(of: token.identifier) { entries[position].enabled = enabled }
  }

  private static func entry<Case: Selectable>(_ item: Case, _ identifier: Int) -> SelectorEntry {
    CaseEntry(item, identifier)
  }

  /// Identifiers rise with the position, whatever has been removed.
  private func position(of identifier: Int) -> Int? {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].identifier < identifier { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].identifier == identifier ? low : nil
  }

  /// One case that is ready now; nil if none is. Never suspends and is no cancellation checkpoint.
  ///
  /// - Complexity: linear in the cases.
  public func tryNext() -> SelectorChoice? {
    while true {
      var before: UInt64 = 0
      for entry in entries where entry.enabled && entry.isEnabled { before &+= entry.versionBefore }
      if let choice = look() { return choice }
      var after: UInt64 = 0
      for entry in entries where entry.enabled && entry.isEnabled { after &+= entry.versionAfter }
      // Nothing changed meanwhile and nothing was being changed: there was an instant at which no case was ready.
      if before == after && before < _heldVersion { return nil }
    }
  }

  private func look() -> SelectorChoice? {
    ready.removeAll(keepingCapacity: true)
    for (position, entry) in entries.enumerated() where entry.enabled && entry.isEnabled && entry.mightHappen {
      ready.append(position)
    }
    while !ready.isEmpty {
      // In order means the first that is left; a fair choice may take the last one's place instead.
      let pick = order.below(ready.count)
      let position = ready[pick]
      if entries[position].attempt() { return SelectorChoice(index: position, entry: entries[position]) }
      ready.remove(at: pick)
    }
    return nil
  }

  /// Waits until one of the enabled cases happens.
  ///
  /// Throws ``SelectError/noEnabledCase`` if none is enabled, and `CancellationError` if the task is cancelled.
  ///
  /// - Complexity: linear in the enabled cases.
  ///
  /// > Cancellation: A checkpoint. If it throws `CancellationError`, no case happened.
  public nonisolated(nonsending) func next(
    file: StaticString = #fileID, line: UInt = #line
  ) async throws -> SelectorChoice {
    if martlet_is_cancelled() { throw CancellationError() }
    if let choice = look() { return choice }
    let isolated = _isIsolated(#isolation)
    return try await wait(MartletSite(file, line), isolated: isolated)
  }

  private nonisolated(nonsending) func wait(_ site: MartletSite, isolated: Bool) async throws -> SelectorChoice {
    try prepare(site)
    let wait = SelectFrame(frame, site)
    wait.settle(order, isolated)
    let winner: Int32
    if wait.parksDirectly { await _parkDirectly(frame, 0) }
    if wait.parksDirectly || wait.happens {
      winner = wait.finish()
      if winner >= 0 { complete(winner) }
    } else {
      winner = try await wait.waitOtherwise(order) { complete($0) }
    }
    for (position, entry) in framed.enumerated() where position != Int(winner) {
      entry.withdraw(wait.waiter(Int32(position)))
    }
    guard winner >= 0 else { throw CancellationError() }
    let entry = framed[Int(winner)]
    return SelectorChoice(index: position(of: entry.identifier) ?? -1, entry: entry)
  }

  private func complete(_ winner: Int32) {
    framed[Int(winner)].complete(frame.pointee.cases[Int(winner)].unsafelyUnwrapped, frame.pointee.partner)
  }

  /// Fills the frame with the enabled cases.
  private func prepare(_ site: MartletSite) throws {
    var same = framed.count <= entries.count
    var count = 0
    for entry in entries where entry.enabled && entry.isEnabled {
      if same { same = count < framed.count && framed[count] === entry }
      count += 1
    }
    if count == 0 { throw SelectError.noEnabledCase }
    if same && count == framed.count {
      martlet_select_rewind(frame)
    } else {
      unframe()
      for entry in entries where entry.enabled && entry.isEnabled {
        martlet_select_add(frame, entry.makeWaiter(site))
        framed.append(entry)
      }
    }
    for (position, entry) in framed.enumerated() {
      let waiter = frame.pointee.cases[position].unsafelyUnwrapped
      martlet_outcome_set(waiter, .pending)
      martlet_site_note(waiter, site)
      entry.load(waiter)
    }
  }

  private func unframe() {
    for (position, entry) in framed.enumerated() { entry.free(frame.pointee.cases[position].unsafelyUnwrapped) }
    framed.removeAll(keepingCapacity: true)
    martlet_select_clear(frame)
  }
}

/// A case in a ``Selector``, by which its outcome is asked for.
public struct SelectorCase<Outcome>: Sendable, Hashable {
  let identifier: Int
}

/// The case that a ``Selector`` took.
public struct SelectorChoice {
  /// Its position in the set, in the order of adding.
  public let index: Int
  let entry: SelectorEntry

  /// The outcome, if it was this case that happened. Read it before the selector's next selection.
  public func outcome<Outcome>(of token: SelectorCase<Outcome>) -> Outcome? {
    token.identifier == entry.identifier ? (entry as? OutcomeEntry<Outcome>)?.outcome : nil
  }

  /// Whether it was this case that happened.
  public func isCase<Outcome>(_ token: SelectorCase<Outcome>) -> Bool { token.identifier == entry.identifier }
}

/// A case of any type.
class SelectorEntry {
  let identifier: Int
  var enabled = true

  init(_ identifier: Int) { self.identifier = identifier }

  var isEnabled: Bool { preconditionFailure("internal error: abstract") }
  var mightHappen: Bool { preconditionFailure("internal error: abstract") }
  var versionBefore: UInt64 { preconditionFailure("internal error: abstract") }
  var versionAfter: UInt64 { preconditionFailure("internal error: abstract") }
  func attempt() -> Bool { preconditionFailure("internal error: abstract") }
  func makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> {
    preconditionFailure("internal error: abstract")
  }
  func load(_ waiter: UnsafeMutablePointer<MartletWaiter>) { preconditionFailure("internal error: abstract") }
  func complete(_ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?) {
    preconditionFailure("internal error: abstract")
  }
  func withdraw(_ waiter: UnsafeMutablePointer<MartletWaiter>) { preconditionFailure("internal error: abstract") }
  func free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { preconditionFailure("internal error: abstract") }
}

/// A case with an outcome of a known type.
class OutcomeEntry<Outcome>: SelectorEntry {
  final var outcome: Outcome?
}

private final class CaseEntry<Case: Selectable>: OutcomeEntry<Case.Outcome> {
  private let item: Case

  init(_ item: Case, _ identifier: Int) {
    self.item = item
    super.init(identifier)
  }

  override var isEnabled: Bool { item.isEnabled }
  override var mightHappen: Bool { item._mightHappen }
  override var versionBefore: UInt64 { item._versionBefore }
  override var versionAfter: UInt64 { item._versionAfter }
  override func attempt() -> Bool {
    outcome = item._attempt()
    return outcome != nil
  }
  override func makeWaiter(_ site: MartletSite) -> UnsafeMutablePointer<MartletWaiter> { item._makeWaiter(site) }
  override func load(_ waiter: UnsafeMutablePointer<MartletWaiter>) { item._load(waiter) }
  override func complete(
    _ waiter: UnsafeMutablePointer<MartletWaiter>, _ partner: UnsafeMutablePointer<MartletWaiter>?
  ) { outcome = item._complete(waiter, partner) }
  override func withdraw(_ waiter: UnsafeMutablePointer<MartletWaiter>) { item._withdraw(waiter) }
  override func free(_ waiter: UnsafeMutablePointer<MartletWaiter>) { item._free(waiter) }
}
