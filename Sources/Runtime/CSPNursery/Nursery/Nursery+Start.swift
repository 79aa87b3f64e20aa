// Starting children, and what a nursery does when they end.
import CSPChannels
internal import CSPScheduling
internal import CScheduling

extension Nursery {
  /// Starts a child: the operation runs concurrently from now on, in a task of its own on Martlet's workers.
  ///
  /// What it throws is the nursery's: the first failure cancels the rest, unless the nursery collects, and
  /// `withNursery` throws it. `CancellationError`, and a ``NurseryError`` that is nothing but cancellation, is no
  /// failure. In a cancelled nursery the child runs and finds itself cancelled. Beyond the nursery's limit it waits in
  /// line, without a thread, until another child has ended.
  ///
  /// - Parameters:
  ///   - name: Of the child, and of its task: `Task.name`.
  ///   - file: With `line`, where inspectors show that the child comes from.
  ///   - operation: Sees the task-locals of the nursery's opener, not those of whoever starts it.
  /// - Returns: A handle, for whoever wants to wait for this child or to cancel it alone. It may be dropped.
  /// - Throws: ``NurseryClosed``; then nothing was started.
  /// - Complexity: constant. Allocates nothing but a long name, where a task is idle.
  ///
  /// > Cancellation: No checkpoint.
  ///
  /// > Source: Trio's `start_soon`.
  @discardableResult @inlinable
  public func start(
    name: String? = nil, file: StaticString = #fileID, line: UInt = #line,
    _ operation: sending @escaping () async throws -> Void
  ) throws(NurseryClosed) -> Child<Void> {
    Child(try begin(name, file, line, operation), self, name)
  }

  /// Starts a child that comes to a value, which its handle has.
  ///
  /// As the form for operations without a value. The value lives as long as a handle does.
  @discardableResult
  public func start<Value: Sendable>(
    name: String? = nil, file: StaticString = #fileID, line: UInt = #line,
    _ operation: sending @escaping () async throws -> Value
  ) throws(NurseryClosed) -> Child<Value> {
    let box = ValueBox<Value>()
    let crossing = Crossing(operation)
    let key = try begin(name, file, line) { box.value = try await crossing.value() }
    return Child(key, self, name, box)
  }

  @usableFromInline func begin(
    _ name: String?, _ file: StaticString, _ line: UInt, _ operation: sending @escaping () async throws -> Void
  ) throws(NurseryClosed) -> ChildKey {
    let site = MartletSite(file, line)
    if let maker {
      guard martlet_scope_reserve(_core, generation) else { throw NurseryClosed(self.name) }
      let child = takeUnborn(operation)
      let key = ChildKey(child)
      describe(child, name, site)
      maker.start(child)
      return key
    }
    let child = takeChild(operation)
    let key = ChildKey(child)
    describe(child, name, site)
    guard martlet_child_start(child, _core, generation) else {
      discardChild(child)
      throw NurseryClosed(self.name)
    }
    return key
  }

  private func describe(_ child: UnsafeMutablePointer<MartletChild>, _ name: String?, _ site: MartletSite) {
    guard let name else { return martlet_child_describe(child, nil, 0, site) }
    name.withCString { martlet_child_describe(child, $0, name.utf8.count, site) }
  }

  /// Lets nobody start another child. Those that run go on.
  ///
  /// Whoever waits in `startAndWaitUntilReady` gets ``NurseryClosed``, and the child that was not ready yet is
  /// cancelled. Closing again does nothing.
  public func close() {
    martlet_scope_refuse(_core, generation)
    let unready = noted { notes in
      defer { notes.unready = [:] }
      return Array(notes.unready.values)
    }
    for child in unready ?? [] { child.cancel() }
  }

  /// Whether no child can be started any more.
  public var isClosed: Bool { martlet_scope_refuses(_core, generation) }

  /// Children that have not ended, those in line for the limit included; another number by the time that it is used.
  public var childCount: Int { Int(martlet_scope_count(_core, generation)) }

  /// Cancels body and children, as ``CancelScope/cancel(_:)`` does.
  public func cancel(_ words: String? = nil) { cancel(words: words) }

  /// Called by the child's task before the child has ended.
  func childFailed(_ child: UnsafeMutablePointer<MartletChild>, _ error: any Error) {
    if error.isMereCancellation { return childGaveUp(child) }
    let key = ChildKey(child)
    note {
      $0.thrown[key] = error
      martlet_scope_note_thrown(_core, false)
    }
    failed(error)
  }

  /// The same for a child that threw nothing but that it was cancelled.
  // SAFETY: the child is this nursery's, and has not ended.
  func childGaveUp(_ child: UnsafeMutablePointer<MartletChild>) {
    let key = ChildKey(child)
    note {
      $0.cancelled.append(key)
      martlet_scope_note_thrown(_core, true)
    }
  }

  /// Takes in an error of a child or of the body. Returns whether it counts as a failure.
  @discardableResult
  func failed(_ error: any Error) -> Bool {
    if error.isMereCancellation || error is ChildCancelled { return false }
    if let failure = error as? ChildFailure, failure.nursery == ObjectIdentifier(self) { return false }
    note { $0.errors.append(error) }
    if policy == .cancel { cancel(because: .failure) }
    return true
  }
}
