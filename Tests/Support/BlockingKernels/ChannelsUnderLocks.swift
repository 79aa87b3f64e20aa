// Channel operations under a lock that the other end needs first.
import CSP
import ChannelScenarios

extension BlockingKernel {
  static let channelsUnderLocks: [BlockingKernel] = [
    BlockingKernel(
      23, "etcd_7443", .channelUnderLock, "connections report on a full channel while they have the lock", .rest,
      ["second up", "first close", "second close"]
    ) { stage in
      let balancer = Semaphore(permits: 1, name: "balancer")
      let reports = Channel<Int>(.buffered(1), name: "reports")
      let isFull = Latch()
      try stage.task("first up") {
        try await balancer.withPermit { try await reports.send(1) }
        isFull.countDown()
      }
      try stage.task("second up") {
        try await isFull.wait()
        if stage.isFixed {
          try await balancer.withPermit {}
          _ = trySelect(reports.sending(2))
        } else {
          try await balancer.withPermit { try await reports.send(2) }
        }
      }
      for name in ["first close", "second close"] {
        try stage.task(name) {
          try await isFull.wait()
          if !stage.isFixed {
            try await stage.until("the report waits") { reports.statistics.waitingSenders == 1 }
          }
          try await balancer.withPermit {}
        }
      }
    },
    BlockingKernel(
      25, "etcd_7902", .channelUnderLock, "a follower waits for the next round with the lock that the leader needs",
      .rest, ["leader", "follower"]
    ) { stage in
      let round = Semaphore(permits: 1, name: "round")
      let next = Channel<Void>(.rendezvous, name: "next round")
      let isFollowing = Latch()
      try stage.task("follower") {
        try await round.withPermit {
          isFollowing.countDown()
          if !stage.isFixed { _ = try await next.receive() }
        }
        if stage.isFixed { _ = try await next.receive() }
      }
      try stage.task("leader") {
        try await isFollowing.wait()
        try await round.withPermit { next.close() }
      }
    },
    under(
      31, "grpc_1353", "addresses are sent with the lock that the receiver takes to go down", "watcher", "balancer"),
    BlockingKernel(
      33, "grpc_1460", .channelUnderLock, "keeping alive waits to be woken with the lock that a new stream needs",
      .rest, ["keepalive", "stream"]
    ) { stage in
      let transport = Semaphore(permits: 1, name: "transport")
      let awaken = Channel<Void>(.rendezvous, name: "awaken")
      let isDormant = Latch()
      try stage.task("keepalive") {
        try await transport.withPermit {
          isDormant.countDown()
          if !stage.isFixed { _ = try await awaken.receive() }
        }
        if stage.isFixed { _ = try await awaken.receive() }
      }
      try stage.task("stream") {
        try await isDormant.wait()
        try await transport.withPermit {}
        try await awaken.send(())
      }
    },
    under(
      37, "istio_16224", "a handler says that it is done with the lock that the loop takes first", "handler", "loop"),
    under(
      43, "kubernetes_10182", "a status is sent with the lock that the loop takes first", "status", "sync"),
    BlockingKernel(
      47, "kubernetes_26980", .channelUnderLock, "taking an item waits in a select with the lock that adding needs",
      .rest, ["pop", "add"]
    ) { stage in
      let pending = Semaphore(permits: 1, name: "pending")
      let (added, stop) = (Channel<Int>(.rendezvous, name: "added"), Channel<Void>(.rendezvous, name: "stop"))
      let isPopping = Latch()
      try stage.task("pop") {
        try await pending.withPermit {
          isPopping.countDown()
          if !stage.isFixed { _ = try await select(added.receiving, stop.receiving) }
        }
        if stage.isFixed { _ = try await select(added.receiving, stop.receiving) }
      }
      try stage.task("add") {
        try await isPopping.wait()
        try await pending.withPermit {}
        try await added.send(1)
      }
    },
  ]

  /// One sends under the lock; the other takes the lock before it receives.
  private static func under(
    _ number: Int, _ name: String, _ summary: String, _ sender: String, _ receiver: String
  ) -> BlockingKernel {
    BlockingKernel(number, name, .channelUnderLock, summary, .rest, [sender, receiver]) { stage in
      let lock = Semaphore(permits: 1, name: "lock of \(sender)")
      let values = Channel<Int>(.rendezvous, name: "values of \(sender)")
      let isLocked = Latch()
      try stage.task(sender) {
        try await lock.withPermit {
          isLocked.countDown()
          if !stage.isFixed { try await values.send(1) }
        }
        // Mended: what is to be sent is decided under the lock, and sent after it.
        if stage.isFixed { try await values.send(1) }
      }
      try stage.task(receiver) {
        try await isLocked.wait()
        try await lock.withPermit {}
        _ = try await values.receive()
      }
    }
  }
}
