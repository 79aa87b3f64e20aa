// Nobody passes before all have arrived; a party that is cancelled breaks the barrier.
import CSP
import Synchronization
import Testing

@Suite("barrier") struct BarrierTests {
  /// The round in which each party is.
  final class Rounds: Sendable {
    private let rounds: Mutex<[Int]>
    init(_ parties: Int) { rounds = Mutex(Array(repeating: 0, count: parties)) }
    var least: Int { rounds.withLock { $0.min()! } }
    func begin(_ round: Int, _ party: Int) { rounds.withLock { $0[party] = round } }
  }

  @Test(arguments: [1, 2, 5])
  func `nobody is a round ahead of another`(_ parties: Int) async throws {
    let barrier = Barrier(parties: parties)
    let rounds = Rounds(parties)
    try await withThrowingTaskGroup { group in
      for party in 0..<parties {
        group.addTask {
          for round in 1...200 {
            rounds.begin(round, party)
            try await barrier.arrive()
            #expect(rounds.least >= round)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(barrier.waiting == 0)
    #expect(!barrier.isBroken)
  }

  @Test func `each place is taken once`() async throws {
    let barrier = Barrier(parties: 6)
    let places = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<6 { group.addTask { try await barrier.arrive() } }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(places == Set(0..<6))
  }

  @Test func `a cancelled party breaks the barrier for all until it is reset`() async throws {
    let barrier = Barrier(parties: 3)
    let parties = (0..<2).map { _ in Task { try await barrier.arrive() } }
    await until { barrier.waiting == 2 }
    parties[0].cancel()
    await #expect(throws: CancellationError.self) { try await parties[0].value }
    await #expect(throws: BarrierBroken()) { try await parties[1].value }
    await #expect(throws: BarrierBroken()) { try await barrier.arrive() }
    #expect(barrier.isBroken)
    barrier.reset()
    #expect(!barrier.isBroken)
    try await withThrowingTaskGroup { group in
      for _ in 0..<3 { group.addTask { _ = try await barrier.arrive() } }
      try await group.waitForAll()
    }
  }

  @Test func `one that was cancelled before it arrives breaks it too, even as the last`() async throws {
    let barrier = Barrier(parties: 2)
    async let other = #expect(throws: BarrierBroken()) { try await barrier.arrive() }
    await until { barrier.waiting == 1 }
    let last = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await barrier.arrive()
    }
    await #expect(throws: CancellationError.self) { try await last.value }
    _ = await other
  }

  @Test func `a reset turns away those who wait`() async {
    let barrier = Barrier(parties: 2)
    async let waiting = #expect(throws: BarrierBroken()) { try await barrier.arrive() }
    await until { barrier.waiting == 1 }
    barrier.reset()
    _ = await waiting
    #expect(!barrier.isBroken)
  }

  @Test func `a cancellation at any moment breaks the barrier or comes too late`() async {
    for _ in 0..<200 {
      let barrier = Barrier(parties: 2)
      let first = Task { try await barrier.arrive() }
      let second = Task { try await barrier.arrive() }
      first.cancel()
      let (a, b) = (await first.result, await second.result)
      switch (a, b) {
      case (.success, .success): #expect(!barrier.isBroken)
      case (.failure(let one), .failure(let other)):
        #expect(one is CancellationError && other is BarrierBroken && barrier.isBroken)
      default: Issue.record("one passed and the other did not: \(a), \(b)")
      }
    }
  }
}
