// What leans to one worker and is taken away from it: a lock, and the task that the worker runs next.
import CSP
import CSPScheduling
import CScheduling

extension Scenario {
  static let leaning: [Scenario] = [
    Scenario("leaning", "a lock has one holder, though it leans to one worker after the other") { load in
      try await oneHolder(load)
    },
    Scenario("leaning", "a thread that is no worker takes a lock away from the worker that it leans to") { load in
      try await oneHolder(load, threads: 2)
    },
    Scenario("leaning", "a task with an executor of its own goes on there, though a worker runs its jobs") { load in
      try await forwarded(max(50, load.operations / 50))
    },
    Scenario("leaning", "a task behind one that computes goes on once, on whichever worker") { load in
      try await onceEach(load)
    },
  ]
}

/// A lock, and what it protects.
private final class Protected: @unchecked Sendable {
  // SAFETY: @unchecked: two words of its own, freed with it; `value` is read and written under the lock, and by whoever
  // is left when all have ended.
  let lock = UnsafeMutablePointer<MartletLock>.allocate(capacity: 1)
  let value = UnsafeMutablePointer<Int>.allocate(capacity: 1)
  init() {
    lock.initialize(to: MartletLock())
    value.initialize(to: 0)
  }
  deinit {
    lock.deallocate()
    value.deallocate()
  }

  /// Takes the lock `times` times in a row; how often it leaned to a worker then.
  func add(_ times: Int) -> Int {
    var leaning = 0
    for _ in 0..<times {
      martlet_lock(lock)
      if martlet_leans(lock) { leaning += 1 }
      value.pointee += 1
      martlet_unlock(lock)
    }
    return leaning
  }
}

/// Looks at the clock for a while: `count` looks take some tens of nanoseconds each.
private func compute(_ count: UInt64) { for _ in 0..<count { _ = martlet_now() } }

private func oneHolder(_ load: Load, threads: Int = 0) async throws {
  let (protected, leaning, total) = (Protected(), Locked(0), Locked(0))
  let rounds = max(10, load.operations / 20)
  let others = (0..<threads).map { index in
    startThread {
      var state = load.seed &+ UInt64(index)
      for _ in 0..<rounds {
        let times = 1 + Int(martlet_random_step(&state) % 3)
        _ = protected.add(times)
        total.add(times)
        compute(martlet_random_step(&state) % 300)
      }
    }
  }
  try await withNursery { nursery in
    for index in 0..<4 {
      try nursery.start {
        var state = load.seed &+ UInt64(index) &* 7919
        let turn = Channel<Int>(.buffered(1))
        for _ in 0..<rounds {
          // Long enough for the lock to lean to whoever is alone with it, and pauses that leave others alone with it.
          let times = 300 + Int(martlet_random_step(&state) % 1000)
          leaning.add(protected.add(times))
          total.add(times)
          compute(martlet_random_step(&state) % 400)
          // Somebody else's turn, on this worker or another.
          try await turn.send(1)
          _ = try await turn.receive()
        }
      }
    }
  }
  for other in others { _ = try await other.receive() }
  // Alone with it: on a machine of many cores it may not have leaned to anybody until now.
  try await withNursery { nursery in
    try nursery.start {
      leaning.add(protected.add(2000))
      total.add(2000)
    }
  }
  try expectEqual(protected.value.pointee, total.current, "takings that were lost")
  // Nothing is shown if it never leaned.
  if case .direct = Scheduler.parking { try expect(leaning.current > 0, "the lock never leaned to a worker") }
}

/// Each wakes a partner and computes, for about as long as it takes an idle worker to come and take the partner away.
private func onceEach(_ load: Load) async throws {
  let (woken, rounds) = (Locked(0), max(50, load.operations / 20))
  try await withNursery { nursery in
    let (there, back) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
    try nursery.start {
      while let value = try await there.receive() {
        woken.add(1)
        try await back.send(value)
      }
    }
    var state = load.seed
    for value in 0..<rounds {
      try await there.send(value)
      compute(martlet_random_step(&state) % 4000)
      try expectEqual(try await back.receive(), value, "what the partner sent back")
    }
    there.close()
  }
  try expectEqual(woken.current, rounds, "wake-ups")
}

/// An executor without threads: a task that runs on a worker runs its jobs.
private final class Forwarding: TaskExecutor {
  let jobs = Channel<UnownedJob>(.unbounded)
  let isRunning = Locked(false)

  func enqueue(_ job: consuming ExecutorJob) { _ = jobs.trySend(UnownedJob(job)) }

  func run() async throws {
    while let job = try await jobs.receive() {
      isRunning.withLock { $0 = true }
      job.runSynchronously(on: asUnownedTaskExecutor())
      isRunning.withLock { $0 = false }
    }
  }
}

private func forwarded(_ count: Int) async throws {
  let executor = Forwarding()
  let values = Channel<Int>(.rendezvous)
  try await withNursery { nursery in
    try nursery.start { try await executor.run() }
    let task = Task(executorPreference: executor) {
      var elsewhere = 0
      while let _ = try await values.receive() { if !executor.isRunning.current { elsewhere += 1 } }
      return elsewhere
    }
    for value in 0..<count { try await values.send(value) }
    values.close()
    try expectEqual(try await task.value, 0, "times that it went on elsewhere")
    executor.jobs.close()
  }
}
