// Locks that are not given back, taken twice, or taken in different orders.
import CSP
import ChannelScenarios

extension BlockingKernel {
  static let locks: [BlockingKernel] = [
    BlockingKernel(
      1, "cockroach_584", .missingUnlock, "a loop is left on its error path with the lock held", .rest, ["manager"],
      needsBareLock: true
    ) { stage in
      let gossip = Semaphore(permits: 1, name: "gossip")
      try stage.task("manager") {
        for isClosed in [false, true] {
          if stage.isFixed {
            try await gossip.withPermit {}
            continue
          }
          try await gossip.acquire()
          if isClosed { break }
          gossip.release()
        }
        try await gossip.withPermit {}
      }
    },
    BlockingKernel(
      55, "moby_7559", .missingUnlock, "a port that fails goes on to the next with the lock held", .rest, ["proxy"],
      needsBareLock: true
    ) { stage in
      let table = Semaphore(permits: 1, name: "table")
      try stage.task("proxy") {
        for isReachable in [true, false, true] {
          if stage.isFixed {
            try await table.withPermit {}
            continue
          }
          try await table.acquire()
          if !isReachable { continue }
          table.release()
        }
      }
    },
    BlockingKernel(
      65, "moby_36114", .doubleLocking, "the callee takes the lock that its caller has", .circle,
      ["caller"]
    ) { stage in
      let machines = Semaphore(permits: 1, name: "machines")
      @Sendable func start(isLocked: Bool) async throws {
        if isLocked { return }
        try await machines.withPermit {}
      }
      try stage.task("caller") { try await machines.withPermit { try await start(isLocked: stage.isFixed) } }
    },
    order(
      7, "cockroach_7504", "a lease locks its state, then the names; the names the other way", "lease", "names"),
    BlockingKernel(
      9, "cockroach_10214", .lockOrder, "a heartbeat and a send take two of three locks in different orders", .circle,
      ["heartbeat", "send"]
    ) { stage in
      let coalesced = Semaphore(permits: 1, name: "coalesced")
      let (raft, state) = (Semaphore(permits: 1, name: "raft"), Semaphore(permits: 1, name: "state"))
      let met = Latch(count: 2)
      try stage.task("heartbeat") {
        let queued = try await coalesced.withPermit {
          met.countDown()
          if stage.isFixed { return true }
          try await met.wait()
          try await raft.withPermit { try await state.withPermit {} }
          return false
        }
        // Mended: what was taken from the queue is handled without its lock.
        if queued { try await raft.withPermit { try await state.withPermit {} } }
      }
      try stage.task("send") {
        try await raft.withPermit {
          met.countDown()
          try await met.wait()
          try await state.withPermit { try await coalesced.withPermit {} }
        }
      }
    },
    BlockingKernel(
      35, "hugo_3251", .lockOrder, "to give back the lock of a page takes the table, whose holder waits for the page",
      .circle, ["first reader", "second reader"]
    ) { stage in
      let table = Semaphore(permits: 1, name: "table of pages")
      let page = Semaphore(permits: 1, name: "page")
      let isRead = Latch()
      try stage.task("first reader") {
        try await page.withPermit {
          isRead.countDown()
          if stage.isFixed { return }
          try await stage.until("the other has the table") { table.available == 0 }
          try await table.withPermit {}
        }
      }
      try stage.task("second reader") {
        try await isRead.wait()
        try await table.withPermit { try await page.withPermit {} }
      }
    },
    order(45, "kubernetes_13135", "a cache locks itself, then its watch; the watch its cache", "cacher", "watch"),
  ]

  /// Two locks, which two tasks take in different orders.
  private static func order(
    _ number: Int, _ name: String, _ summary: String, _ one: String, _ other: String
  ) -> BlockingKernel {
    BlockingKernel(number, name, .lockOrder, summary, .circle, [one, other]) { stage in
      let (first, second) = (Semaphore(permits: 1, name: one), Semaphore(permits: 1, name: other))
      let met = Latch(count: 2)
      try stage.task(one) {
        try await first.withPermit {
          met.countDown()
          if !stage.isFixed { try await met.wait() }
          try await second.withPermit {}
        }
      }
      try stage.task(other) {
        try await (stage.isFixed ? first : second).withPermit {
          met.countDown()
          if !stage.isFixed { try await met.wait() }
          try await (stage.isFixed ? second : first).withPermit {}
        }
      }
    }
  }
}
