// Channels whose other end has left, or has not yet come; signals to stop that nobody gives.
import CSP
import ChannelScenarios

extension BlockingKernel {
  static let channels: [BlockingKernel] = [
    BlockingKernel(
      3, "cockroach_1462", .count, "a worker sends where its select had nothing to do, and the receiver has left",
      .rest, ["worker", "stopper"]
    ) { stage in
      let (events, stop) = (Channel<Int>(.rendezvous, name: "events"), Channel<Void>(.rendezvous, name: "stop"))
      let hasEnded = Latch(count: 2, name: "drain")
      let isOpen = Latch()
      try stage.task("worker") {
        defer { hasEnded.countDown() }
        if trySelect(stop.receiving) == nil {
          isOpen.countDown()
          try await stage.until("the receiver has left") { hasEnded.remaining == 1 }
          if stage.isFixed {
            _ = try await select(stop.receiving, events.sending(1))
          } else {
            try await events.send(1)
          }
        }
      }
      try stage.task("receiver") {
        defer { hasEnded.countDown() }
        _ = try await select(.inOrder, stop.receiving, events.receiving)
      }
      try stage.task("stopper") {
        try await isOpen.wait()
        stop.close()
        try await hasEnded.wait()
      }
    },
    BlockingKernel(
      11, "cockroach_13197", .context, "a transaction is never closed, and its watcher waits for that", .rest,
      ["watcher"]
    ) { stage in try watch(stage, "transaction is done") },
    BlockingKernel(
      29, "grpc_862", .context, "a dial that is cancelled leaves the connection open, which connects again and waits",
      .rest, ["reconnect"]
    ) { stage in
      let closed = Channel<Void>(.rendezvous, name: "connection is closed")
      let dialled = Channel<Void>(.rendezvous, name: "dialled")
      try stage.task("reconnect") {
        dialled.close()
        // No backoff is left: only closing ends it.
        _ = try await closed.receive()
      }
      try stage.task("dial") {
        _ = try await dialled.receive()
        if stage.isFixed { closed.close() }
      }
    },
    BlockingKernel(
      15, "cockroach_24808", .channel, "starting sends into a full buffer before it starts the one who receives", .rest,
      ["starter"]
    ) { stage in
      let suggestions = Channel<Int>(.buffered(1), name: "suggestions")
      try await suggestions.send(0)
      @Sendable func startReceiver() throws {
        try stage.task("compactor") { while try await suggestions.receive() != nil {} }
      }
      try stage.task("starter") {
        if stage.isFixed { try startReceiver() }
        try await suggestions.send(1)
        if !stage.isFixed { try startReceiver() }
        suggestions.close()
      }
    },
    BlockingKernel(
      17, "cockroach_35073", .channel, "the consumer fails at its start and does not close its channel of rows", .rest,
      ["producer"]
    ) { stage in
      let rows = Channel<Int>(.buffered(2), name: "rows")
      try stage.task("consumer") { if stage.isFixed { rows.close() } }
      try stage.task("producer") {
        do { for row in 0..<4 { try await rows.send(row) } } catch is ChannelClosed {}
      }
    },
    BlockingKernel(
      21, "etcd_6857", .channel, "a status is asked for after the loop that answers has ended", .rest, ["status"]
    ) { stage in
      let (requests, stop) = (Channel<Int>(.rendezvous, name: "requests"), Channel<Void>(.rendezvous, name: "stop"))
      let loop = try stage.task("loop") { _ = try await select(.inOrder, stop.receiving, requests.receiving) }
      stop.close()
      try await loop.value
      try stage.task("status") {
        if stage.isFixed {
          _ = try await select(requests.sending(1), stop.receiving)
        } else {
          try await requests.send(1)
        }
      }
    },
    BlockingKernel(
      27, "grpc_660", .channel, "stopping returns without taking what the workers still report", .rest,
      ["first worker", "second worker"]
    ) { stage in
      let done = Channel<Int>(.rendezvous, name: "done")
      let stop = Channel<Void>(.rendezvous, name: "stop")
      for name in ["first worker", "second worker"] { try stage.task(name) { try await done.send(1) } }
      try stage.task("benchmark") {
        stop.close()
        if stage.isFixed { for _ in 0..<2 { _ = try await done.receive() } }
      }
    },
    BlockingKernel(
      39, "istio_18454", .channel, "a tick that was already taken is waited for after the timer was stopped", .rest,
      ["loop"]
    ) { stage in
      let ticks = Channel<Void>(.buffered(1), name: "ticks")
      try stage.task("loop") {
        // martlet:disable:next one-slot-lock the place is a timer's, which is full once it has fired
        try await ticks.send(())
        _ = try await ticks.receive()
        let wasRunning = false
        if !wasRunning {
          if stage.isFixed { _ = ticks.tryReceive() } else { _ = try await ticks.receive() }
        }
      }
    },
    BlockingKernel(
      41, "kubernetes_5316", .channel, "the request has timed out, and its worker sends the answer", .leftBehind,
      ["worker"]
    ) { stage in
      let answers = Channel<Int>(stage.isFixed ? .buffered(1) : .rendezvous, name: "answers")
      let isLate = Channel<Void>(.rendezvous, name: "late")
      stage.stray("worker") {
        _ = try await isLate.receive()
        try await answers.send(1)
      }
      async let answer = select(answers.receiving, after(.seconds(1), clock: stage.clock))
      try await stage.until("the request waits") { stage.clock.pendingAlarms == 1 }
      stage.clock.advance(by: .seconds(1))
      _ = try await answer
      isLate.close()
      try await sends(stage, answers)
    },
    BlockingKernel(
      49, "kubernetes_38669", .channel, "a watcher sends what there was at first before anybody can read", .rest,
      ["watcher"]
    ) { stage in
      let events = Channel<Int>(stage.isFixed ? .buffered(2) : .rendezvous, name: "events")
      try stage.task("watcher") {
        for event in 0..<2 { try await events.send(event) }
        try stage.task("reader") { for _ in 0..<2 { _ = try await events.receive() } }
      }
    },
    BlockingKernel(
      53, "moby_4395", .channel, "a task sends its result to a caller that has not kept the channel", .leftBehind,
      ["helper"]
    ) { stage in
      @Sendable func run(_ work: @escaping @Sendable () -> Int) -> Channel<Int> {
        let result = Channel<Int>(stage.isFixed ? .buffered(1) : .rendezvous, name: "result")
        stage.stray("helper") { try await result.send(work()) }
        return result
      }
      try await sends(stage, run { 1 })
    },
    BlockingKernel(
      57, "moby_21233", .channel, "the viewer of progress leaves early, and releasing waits for who reports it",
      .rest, ["transfer", "release"]
    ) { stage in
      let progress = Channel<Int>(.rendezvous, name: "progress")
      let hasLeft = Channel<Void>(.rendezvous, name: "viewer has left")
      let hasEnded = Latch(name: "transfer has ended")
      try stage.task("viewer") {
        _ = try await progress.receive()
        hasLeft.close()
      }
      try stage.task("transfer") {
        defer { hasEnded.countDown() }
        for percent in [0, 50, 100] {
          if stage.isFixed {
            _ = try await select(.inOrder, hasLeft.receiving, progress.sending(percent))
          } else {
            try await progress.send(percent)
          }
        }
      }
      try stage.task("release") {
        _ = try await hasLeft.receive()
        try await hasEnded.wait()
      }
    },
    BlockingKernel(
      63, "moby_33293", .channel, "an error is sent on the channel that is to be returned first", .rest, ["starter"]
    ) { stage in
      let errors = Channel<Int>(stage.isFixed ? .buffered(1) : .rendezvous, name: "errors")
      @Sendable func start() async throws -> Channel<Int> {
        try await errors.send(1)
        return errors
      }
      try stage.task("starter") { _ = try await start().receive() }
    },
  ]

  /// Until the one who sends has come so far: nobody could tell a task that is yet to wait from one that will end.
  private static func sends(_ stage: Stage, _ channel: Channel<Int>) async throws {
    try await stage.until("it sends") { channel.count + channel.statistics.waitingSenders == 1 }
  }

  /// One waits until something is done, which ends it in the mended program alone.
  private static func watch(_ stage: Stage, _ name: String) throws {
    let done = Channel<Void>(.rendezvous, name: name)
    try stage.task("watcher") { _ = try await done.receive() }
    try stage.task("user") { if stage.isFixed { done.close() } }
  }
}
