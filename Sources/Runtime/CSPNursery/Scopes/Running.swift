// How a scope's body and its children get a task, and how the opener waits.
//
// I1. A task is made only when no idle one is there; it runs one child after the other and ends as MartletNursery.h
//     says.
// I2. No task is made but for a child that a scope waits for: none is without a parent.
import Builtin
public import CSPScheduling
public import CScheduling

/// What a child runs. In a struct: behind a pointer of its own the closure would be wrapped, and called through a
/// thunk.
struct Job {
  let run: () async throws -> Void
}

/// Crosses to the child's task.
struct Crossing<Value>: @unchecked Sendable {
  // SAFETY: @unchecked: what crosses was `sending`, or belongs to an opener that waits until the child has ended.
  let value: Value
  init(_ value: Value) { self.value = value }
}

// SAFETY: implemented in Parking.c and ChildTasks.c, with the calling conventions that the declarations have. `_aim`
// stores a closure that does not escape: its opener waits for the body that runs it. It must be given what lives as long,
// and so nothing that Swift would convert for the call. The body puts its result where `_parkScope` returns it, and the
// types have to be the same: nothing else ties them. What a body is given is one class reference in each case.
#if os(Linux) && arch(x86_64)
  @_silgen_name("martlet_park_scope")
  public nonisolated(nonsending) func _parkScope<Result>(
    _ scope: UnsafeMutablePointer<MartletScope>, _ body: UnsafeMutablePointer<MartletChild>
  ) async throws -> Result
  @_silgen_name("martlet_body_aim")
  public func _aim<Result>(
    _ child: UnsafeMutablePointer<MartletChild>, _ body: nonisolated(nonsending) () async throws -> Result)
  @_silgen_name("martlet_body_aim_in_scope")
  public func _aim<Result>(
    _ child: UnsafeMutablePointer<MartletChild>, _ body: nonisolated(nonsending) (CancelScope) async throws -> Result)
  @_silgen_name("martlet_body_aim_in_nursery")
  public func _aim<Result>(
    _ child: UnsafeMutablePointer<MartletChild>, _ body: nonisolated(nonsending) (Nursery) async throws -> Result)
  @_silgen_name("martlet_run_children")
  nonisolated(nonsending) func runChildrenInTurn(_ child: UnsafeMutablePointer<MartletChild>, _ unused: Int) async
#else
  public func _aim<Result>(
    _ child: UnsafeMutablePointer<MartletChild>, _ body: nonisolated(nonsending) () async throws -> Result
  ) { preconditionFailure("internal error: nothing parks directly on this platform") }
  public func _aim<Result>(
    _ child: UnsafeMutablePointer<MartletChild>, _ body: nonisolated(nonsending) (CancelScope) async throws -> Result
  ) { preconditionFailure("internal error: nothing parks directly on this platform") }
  public func _aim<Result>(
    _ child: UnsafeMutablePointer<MartletChild>, _ body: nonisolated(nonsending) (Nursery) async throws -> Result
  ) { preconditionFailure("internal error: nothing parks directly on this platform") }
#endif

/// The place of a child's closure in its block.
private func slot(_ child: UnsafeMutablePointer<MartletChild>) -> UnsafeMutablePointer<Job> {
  // SAFETY: a thick closure is two words; the slot is initialised from takeChild to the moment at which the job runs.
  martlet_child_job(child).assumingMemoryBound(to: Job.self)
}

/// A child with a task, and with this to run.
func takeChild(_ job: sending @escaping () async throws -> Void) -> UnsafeMutablePointer<MartletChild> {
  let child = _takeBody()
  slot(child).initialize(to: Job(run: job))
  return child
}

/// A child with a task, and without a closure yet.
public func _takeBody() -> UnsafeMutablePointer<MartletChild> {
  let child = martlet_child_take().unsafelyUnwrapped
  if child.pointee.task == nil { makeTask(for: child) }
  return child
}

/// A child with this to run, whose task is still to be made.
func takeUnborn(_ job: sending @escaping () async throws -> Void) -> UnsafeMutablePointer<MartletChild> {
  let child = martlet_child_take().unsafelyUnwrapped
  slot(child).initialize(to: Job(run: job))
  return child
}

/// Gives back a child that could not be started.
func discardChild(_ child: UnsafeMutablePointer<MartletChild>) {
  slot(child).deinitialize(count: 1)
  martlet_child_discard(child)
}

@inline(never)
func makeTask(for child: UnsafeMutablePointer<MartletChild>) {
  let crossing = Crossing(child)
  let operation: () async -> Void = { await runChildren(crossing.value) }
  // Default priority. Not enqueued: the child does that when it is started.
  // Where tasks are not pooled the new one copies the maker's task-locals, by the flag 0x400.
  let flags = martlet_pools_tasks() ? 0x15 : 0x415
  let task = Builtin.createTask(flags: flags, operation: operation).0
  // SAFETY: one reference for the child, and one for the runtime, which releases it when a task ends that ran.
  let reference = unsafeBitCast(task, to: AnyObject.self)
  _ = Unmanaged.passRetained(reference)
  martlet_child_adopt(child, Unmanaged.passRetained(reference).toOpaque())
}

/// What the task of a child does, from its first child to its last.
private nonisolated(nonsending) func runChildren(_ child: UnsafeMutablePointer<MartletChild>) async {
  martlet_child_begin(child)
  repeat {
    #if os(Linux) && arch(x86_64)
      await runChildrenInTurn(child, 0)
    #else
      await runOne(child)
    #endif
    if child.pointee.idles == 0 { break }
    await _suspend { martlet_child_idle(child, $0) }
  } while true
  martlet_child_leave(child)
}

#if !(os(Linux) && arch(x86_64))
  private nonisolated(nonsending) func runOne(_ child: UnsafeMutablePointer<MartletChild>) async {
    if let scope = child.pointee.scope {
      do {
        try await slot(child).move().run()
      } catch {
        // SAFETY: only children of nurseries throw, and a nursery outlives its children.
        Unmanaged<Nursery>.fromOpaque(scope.pointee.owner).takeUnretainedValue().childFailed(child, error)
      }
    }
    child.pointee.idles = martlet_child_ended(child)
  }
#endif

/// Runs a body within a scope, in a task of its own but where the caller runs, and waits until everything in the scope
/// has ended.
///
/// Where the caller parks directly, the body is called by the loop of its task: a closure around it would cost two frames
/// and a hop.
///
/// - Parameters:
///   - aim: Gives the child the body as it is.
///   - body: The same without a parameter.
@inline(always)
public nonisolated(nonsending) func _runInScope<Result>(
  _ scope: UnsafeMutablePointer<MartletScope>, aim: (UnsafeMutablePointer<MartletChild>) -> Void,
  _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
  #if os(Linux) && arch(x86_64)
    if !_isIsolated(#isolation), scope.pointee.bindsInBody == 0 {
      let child = _takeBody()
      let parking = martlet_scope_open(scope, false)
      if parking == .direct {
        aim(child)
        return try await _parkScope(scope, child)
      }
      return try await _runOtherwise(scope, opened: child, body)
    }
  #endif
  return try await _runOtherwise(scope, opened: nil, body)
}

/// Runs a body where its opener does not park directly.
///
/// - Parameter opened: The body's child, if the scope is open already.
public nonisolated(nonsending) func _runOtherwise<Result>(
  _ scope: UnsafeMutablePointer<MartletScope>, opened: UnsafeMutablePointer<MartletChild>?,
  _ body: nonisolated(nonsending) () async throws -> Result
) async throws -> Result {
  var result: Swift.Result<Result, any Error>?
  await wait(for: {
    if scope.pointee.bindsInBody != 0 { martlet_scope_enter_body(scope) }
    do {
      result = .success(try await body())
    } catch {
      tell(scope, error)
      result = .failure(error)
    }
    if scope.pointee.bindsInBody != 0 { martlet_scope_leave_body() }
  }, scope, opened)
  martlet_scope_close(scope)
  return try result.unsafelyUnwrapped.get()
}

/// The body threw: its nursery has to know before the body counts as ended.
private func tell(_ scope: UnsafeMutablePointer<MartletScope>, _ error: any Error) {
  // SAFETY: an error is one word, which whoever is told does not keep. `as`: or what is in the error would be cast.
  let word = unsafeBitCast(error as any Error, to: UnsafeMutableRawPointer.self)
  scope.pointee.failed?(scope.pointee.owner, nil, word)
}

// The bodies are generic, though nobody wants what they return: that is how `_aim` takes a closure as it is.
#if os(Linux) && arch(x86_64)
  private nonisolated(nonsending) func wait<Ended>(
    for body: nonisolated(nonsending) () async throws -> Ended, _ scope: UnsafeMutablePointer<MartletScope>,
    _ opened: UnsafeMutablePointer<MartletChild>?
  ) async {
    let isolation = #isolation
    if let opened {
      _aim(opened, body)
      await waitOtherwise(scope, opened)
    } else if isolation != nil {
      // SAFETY: nonisolated(unsafe): the body runs while the caller waits for it, and on the caller's actor.
      nonisolated(unsafe) let body = body
      await open(for: { try await run(body, on: isolation) }, scope)
    } else {
      await open(for: body, scope)
    }
  }

  private nonisolated(nonsending) func open<Ended>(
    for body: nonisolated(nonsending) () async throws -> Ended, _ scope: UnsafeMutablePointer<MartletScope>
  ) async {
    let child = _takeBody()
    _aim(child, body)
    // As if isolated: an actor has to be let go, and without one nothing is parked directly here either.
    _ = martlet_scope_open(scope, true)
    await waitOtherwise(scope, child)
  }
#else
  private nonisolated(nonsending) func wait<Ended>(
    for body: nonisolated(nonsending) () async throws -> Ended, _ scope: UnsafeMutablePointer<MartletScope>,
    _: UnsafeMutablePointer<MartletChild>?
  ) async {
    let isolation = #isolation
    // SAFETY: nonisolated(unsafe): the body runs while the caller waits for it, on the caller's actor if there is one.
    nonisolated(unsafe) let (scope, body) = (scope, body)
    await withoutActuallyEscaping(body) { body async -> Void in
      let crossing = Crossing(body)
      let child = takeChild { try await run(crossing.value, on: isolation) }
      _ = martlet_scope_open(scope, true)
      await waitOtherwise(scope, child)
    }
  }
#endif

private func run<Ended>(
  _ body: nonisolated(nonsending) () async throws -> Ended, on isolation: isolated (any Actor)?
) async throws { _ = try await body() }

/// The opener's wait where it does not park directly.
private nonisolated(nonsending) func waitOtherwise(
  _ scope: UnsafeMutablePointer<MartletScope>, _ body: UnsafeMutablePointer<MartletChild>
) async {
  if scope.pointee.registered != 0 || scope.pointee.shielded != 0 || martlet_scope_reason(scope) != .notCancelled {
    await waitRegistered(scope, body)
    return
  }
  let crossing = Crossing((scope, scope.pointee.generation))
  await withTaskCancellationHandler {
    await waitRegistered(scope, body)
  } onCancel: {
    martlet_scope_cancel(crossing.value.0, crossing.value.1, .surrounding)
  }
}

private nonisolated(nonsending) func waitRegistered(
  _ scope: UnsafeMutablePointer<MartletScope>, _ body: UnsafeMutablePointer<MartletChild>
) async {
  await _suspend { martlet_scope_wait(scope, body, $0) }
}
