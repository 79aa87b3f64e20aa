import CSP
import CSPInspection
import Testing

/// The programs of the page on deadlocks, word for word, with what the page says that a dump reports of each.
@Suite struct DeadlockExamples {
  /// Runs a program until a dump reports its tasks, and cancels it. Returns the report: a head and the lines below it.
  private func report(
    of task: String, _ program: @escaping @Sendable () async throws -> Void
  ) async throws -> [String] {
    var lines: [String] = []
    try await withNursery { nursery in
      try nursery.start { try? await program() }
      while true {
        let text = Inspection.dump().text.split(separator: "\n").map(String.init)
        if let found = Self.sections(text).first(where: { $0.contains { $0.hasPrefix("  task \"\(task)\"") } }) {
          lines = found
          break
        }
        await Task.yield()
      }
      nursery.cancel()
    }
    return lines
  }

  private static func sections(_ text: [String]) -> [[String]] {
    text.indices.filter { text[$0].hasPrefix("deadlock: ") || text[$0].hasPrefix("at rest: ") }.map { start in
      [text[start]] + text[(start + 1)...].prefix { $0.hasPrefix("  ") }
    }
  }

  private func expectOnPage(_ report: [String]) {
    #expect(GuidePage("DeadlocksFound").shows(report), "\(report)")
  }

  @Test func `two locks in different orders are a circle, and in one order they are none`() async throws {
    let found = try await report(of: "renew") { try await Leases().renewAndPurge() }
    #expect(found.first == "deadlock: 2 tasks that wait for each other" && found.count == 3)
    expectOnPage(found)
    try await expectNoLeaks { try await MendedLeases().renewAndPurge() }
  }

  @Test func `a send under a lock brings its nursery to rest, and a send after it does not`() async throws {
    let found = try await report(of: "watch") { try await Balancer().watchAndBalance() }
    #expect(found.first?.hasPrefix("at rest: everybody in nursery \"connections\"") == true && found.count == 3)
    expectOnPage(found)
    try await expectNoLeaks { try await MendedBalancer().watchAndBalance() }
  }

  @Test func `a reader that reads again behind a writer is a circle, and one that does not is none`() async throws {
    let store = Store()
    let found = try await report(of: "reader") {
      try await withNursery { nursery in
        try nursery.start(name: "reader") { try await store.report() }
        try nursery.start(name: "writer") {
          try await store.isRead.wait()
          try await store.store.withPermits(8) {}
        }
      }
    }
    #expect(found.first == "deadlock: 2 tasks that wait for each other" && found.count == 3)
    expectOnPage(found)
    let mended = MendedStore()
    try await expectNoLeaks {
      try await withNursery { nursery in
        try nursery.start { try await mended.report() }
        try nursery.start { try await mended.store.withPermits(8) {} }
        try nursery.start { try await mended.sum() }
      }
    }
  }
}

private struct Leases {
  let lease = Semaphore(permits: 1, name: "lease")
  let names = Semaphore(permits: 1, name: "names")
  let both = Latch(count: 2)

  func meet(_ both: Latch) async throws {
    both.countDown()
    try await both.wait()
  }

  func renewAndPurge() async throws {
    try await withNursery(name: "leases") { nursery in
      try nursery.start(name: "renew") {
        try await lease.withPermit {
          try await meet(both)
          try await names.withPermit {}
        }
      }
      try nursery.start(name: "purge") {
        try await names.withPermit {
          try await meet(both)
          try await lease.withPermit {}
        }
      }
    }
  }
}

private struct MendedLeases {
  let lease = Semaphore(permits: 1, name: "lease")
  let names = Semaphore(permits: 1, name: "names")

  func renewAndPurge() async throws {
    try await withNursery(name: "leases") { nursery in
      for name in ["renew", "purge"] {
        try nursery.start(name: name) {
          try await lease.withPermit { try await names.withPermit {} }
        }
      }
    }
  }
}

private struct Balancer {
  let balancer = Semaphore(permits: 1, name: "balancer")
  let addresses = Channel<String>(.rendezvous, name: "addresses")
  let isHeld = Latch()

  func watchAndBalance() async throws {
    try await withNursery(name: "connections") { nursery in
      try nursery.start(name: "watch") {
        try await balancer.withPermit {
          isHeld.countDown()
          try await addresses.send("10.0.0.1")
        }
      }
      try nursery.start(name: "balance") {
        try await isHeld.wait()
        try await balancer.withPermit { print("down") }
        _ = try await addresses.receive()
      }
    }
  }
}

private struct MendedBalancer {
  let balancer = Semaphore(permits: 1, name: "balancer")
  let addresses = Channel<String>(.rendezvous, name: "addresses")

  func watchAndBalance() async throws {
    try await withNursery(name: "connections") { nursery in
      try nursery.start(name: "watch") {
        let address = try await balancer.withPermit { "10.0.0.1" }  // what is to be sent is decided under the lock,
        try await addresses.send(address)                           // and sent after it
      }
      try nursery.start(name: "balance") {
        try await balancer.withPermit { print("down") }
        _ = try await addresses.receive()
      }
    }
  }
}

private struct Store {
  let store = Semaphore(permits: 8, name: "store")
  let isRead = Latch()

  func sum() async throws { try await store.withPermit {} }

  func report() async throws {
    try await store.withPermit {
      isRead.countDown()
      while store.waiting == 0 { await Task.yield() }  // until the writer waits
      try await sum()
    }
  }
}

private struct MendedStore {
  let store = Semaphore(permits: 8, name: "store")

  func sum() async throws { try await store.withPermit { sumLocked() } }
  func sumLocked() {}  // who calls it has a permit
  func report() async throws {
    try await store.withPermit { sumLocked() }
  }
}
