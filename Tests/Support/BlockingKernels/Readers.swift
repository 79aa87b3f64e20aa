// Locks of readers and writers, whose holders may suspend: a reader has one permit, a writer all of them.
//
// With ReadWriteLock itself a reader that reads again cannot be written: its bodies do not suspend, and a task that
// blocks its thread goes before those who wait.
import CSP
import ChannelScenarios

private let most = 8

extension BlockingKernel {
  static let readers: [BlockingKernel] = [
    again(5, "cockroach_3710", "a call chain reads the store again, and a writer stands in between", "store"),
    again(
      13, "cockroach_16167", "a schema is read again under its second name, and a writer stands in between", "schema"),
    again(51, "kubernetes_62464", "a state is read again by a helper, and a writer stands in between", "state"),
    BlockingKernel(
      19, "etcd_5509", .missingUnlock, "an error returns with the read lock held, and closing waits to write", .rest,
      ["closer"], needsBareLock: true
    ) { stage in
      let client = Semaphore(permits: most, name: "client")
      try stage.task("closer") {
        struct Unavailable: Error {}
        @Sendable func request() async throws {
          if stage.isFixed { return try await client.withPermit { throw Unavailable() } }
          try await client.acquire()
          throw Unavailable()
        }
        try? await request()
        try await client.withPermits(most) {}
      }
    },
    BlockingKernel(
      67, "syncthing_4829", .doubleLocking, "the callee reads what its caller has locked to write", .circle, ["mapping"]
    ) { stage in
      let mapping = Semaphore(permits: most, name: "mapping")
      @Sendable func address() async throws { try await mapping.withPermit {} }
      try stage.task("mapping") {
        try await mapping.withPermits(most) { if !stage.isFixed { try await address() } }
        if stage.isFixed { try await address() }
      }
    },
  ]

  /// Reads, and under it reads again when a writer waits.
  private static func again(_ number: Int, _ name: String, _ summary: String, _ resource: String) -> BlockingKernel {
    BlockingKernel(number, name, .readWriteRead, summary, .circle, ["reader", "writer"]) { stage in
      let lock = Semaphore(permits: most, name: resource)
      let isRead = Latch()
      @Sendable func look(isInside: Bool) async throws {
        // Mended: who has the lock says so, and the callee takes none.
        if !isInside || !stage.isFixed { try await lock.withPermit {} }
      }
      try stage.task("reader") {
        try await lock.withPermit {
          isRead.countDown()
          try await stage.until("the writer waits") { lock.waiting == 1 }
          try await look(isInside: true)
        }
      }
      try stage.task("writer") {
        try await isRead.wait()
        try await lock.withPermits(most) {}
      }
    }
  }
}
