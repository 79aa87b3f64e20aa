// Go's tests of races between operations that do not wait and others: runtime/chan_test.go, TestNonblockRecvRace,
// TestNonblockSelectRace, TestNonblockSelectRace2.
import CSP

extension Scenario {
  static let goRaces: [Scenario] = [
    Scenario("go", "a receive that does not wait sees a value or the close, never neither (nonblock receive race)") {
      load in
      for round in 0..<load.operations / 2 {
        let channel = Channel<Int>(.buffered(1))
        try await channel.send(1)
        try await together(
          { try expect(channel.tryReceive() != .empty, "round \(round): the channel seemed empty") },
          { channel.close() })
      }
    },
    Scenario("go", "of two channels one is always ready (nonblock select race 1)") { load in
      for round in 0..<load.operations / 2 {
        let (first, second) = (Channel<Int>(.buffered(1)), Channel<Int>(.buffered(1)))
        try await first.send(1)
        let found = Locked(false)
        try await together(
          { found.withLock { $0 = trySelect(first.receiving, second.receiving) != nil } },
          {
            try await second.send(1)
            _ = first.tryReceive()
          })
        try expect(found.current, "round \(round): neither seemed ready")
      }
    },
    Scenario("go", "of a full and a closed channel one is always ready (nonblock select race 2)") { load in
      for round in 0..<load.operations / 2 {
        let (first, second) = (Channel<Int>(.buffered(1)), Channel<Int>(.rendezvous))
        try await first.send(1)
        let found = Locked(false)
        try await together(
          { found.withLock { $0 = trySelect(first.receiving, second.receiving) != nil } },
          {
            second.close()
            _ = first.tryReceive()
          })
        try expect(found.current, "round \(round): neither seemed ready")
      }
    },
  ]
}
