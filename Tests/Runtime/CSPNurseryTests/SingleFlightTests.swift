// One execution for a key, shared; whoever leaves leaves alone; the last one ends it.
import CSP
import ChannelScenarios
import Testing

@Suite("single flight") struct SingleFlightTests {
  @Test func `calls for one key share an execution, and another begins after it`() async throws {
    let clock = ManualClock(), attendance = Attendance()
    try await withNursery { nursery in
      let flights = SingleFlight<String, Int>(in: nursery)
      for round in 1...2 {
        try await withThrowingTaskGroup(of: Int.self) { group in
          for _ in 0..<10 {
            group.addTask {
              try await flights.value(for: "key") {
                try await attendance.attend {
                  try await clock.sleep(for: .seconds(1))
                  return attendance.entered
                }
              }
            }
          }
          await until { clock.pendingAlarms == 1 }
          for _ in 0..<200 { await Task.yield() }
          clock.advance(by: .seconds(1))
          var values: [Int] = []
          for try await value in group { values.append(value) }
          #expect(values.count == 10)
          #expect(Set(values) == [round])
        }
      }
      #expect(flights.executionCount == 0)
    }
  }

  @Test func `keys do not wait for one another`() async throws {
    try await withNursery { nursery in
      let flights = SingleFlight<Int, Int>(in: nursery)
      let gate = Channel<Void>(.rendezvous)
      async let first = flights.value(for: 1) {
        _ = try await gate.receive()
        return 1
      }
      let second = try await flights.value(for: 2) { 2 }
      gate.close()
      let values = (try await first, second)
      #expect(values == (1, 2))
    }
  }

  @Test func `an error goes to every caller and not to the nursery`() async throws {
    let gate = Channel<Void>(.rendezvous)
    try await withNursery { nursery in
      let flights = SingleFlight<Int, Int>(in: nursery)
      await withTaskGroup { group in
        for _ in 0..<5 {
          group.addTask {
            await #expect(throws: Refusal(number: 1)) {
              try await flights.value(for: 0) {
                _ = try await gate.receive()
                throw Refusal(number: 1)
              }
            }
          }
        }
        await until { flights.executionCount == 1 }
        gate.close()
      }
    }
  }

  @Test func `a cancelled caller leaves at once, and the others get the value`() async throws {
    let gate = Channel<Int>(.rendezvous), attendance = Attendance()
    try await withNursery { nursery in
      let flights = SingleFlight<Int, Int>(in: nursery)
      let callers = (0..<3).map { _ in
        Task {
          try await flights.value(for: 0) { try await attendance.attend { try await gate.receive()! } }
        }
      }
      await until { attendance.inside == 1 }
      callers[0].cancel()
      await #expect(throws: CancellationError.self) { try await callers[0].value }
      #expect(attendance.inside == 1)
      try await gate.send(7)
      #expect(try await callers[1].value == 7)
      #expect(try await callers[2].value == 7)
    }
    #expect(attendance.entered == 1)
  }

  @Test func `the last caller to leave ends the execution, and has seen its end`() async throws {
    let never = Channel<Int>(.rendezvous), attendance = Attendance()
    try await withNursery { nursery in
      let flights = SingleFlight<Int, Int>(in: nursery)
      for _ in 0..<50 {
        let callers = (0..<3).map { _ in
          Task {
            try await flights.value(for: 0) { try await attendance.attend { try await never.receive()! } }
          }
        }
        await until { attendance.inside == 1 }
        for caller in callers { caller.cancel() }
        for caller in callers { await #expect(throws: CancellationError.self) { try await caller.value } }
        #expect(attendance.inside == 0)
        #expect(flights.executionCount == 0)
      }
    }
  }

  @Test func `who comes while an abandoned execution ends waits for it and begins anew`() async throws {
    let gate = Channel<Void>(.rendezvous), attendance = Attendance(), leaving = Channel<Void>(.rendezvous)
    try await withNursery { nursery in
      let flights = SingleFlight<Int, Int>(in: nursery)
      let first = Task {
        try await flights.value(for: 0) {
          await attendance.attend {
            try? await Channel<Void>(.rendezvous).receive()
            leaving.close()
            _ = try? await withShield { try await gate.receive() }
          }
          return 1
        }
      }
      await until { attendance.inside == 1 }
      first.cancel()
      _ = try await leaving.receive()
      async let second = flights.value(for: 0) {
        #expect(attendance.inside == 0)
        return 2
      }
      for _ in 0..<100 { await Task.yield() }
      #expect(attendance.inside == 1)
      gate.close()
      #expect(try await second == 2)
      await #expect(throws: CancellationError.self) { try await first.value }
    }
  }

  @Test func `callers outside hear that the nursery was cancelled`() async throws {
    let never = Channel<Int>(.rendezvous)
    let shared = Channel<SingleFlight<Int, Int>>(.buffered(1))
    let outside = Task {
      let flights = try await shared.receive()!
      return try await flights.value(for: 0) { try await never.receive()! }
    }
    await #expect(throws: NurseryError.self) {
      try await withNursery { nursery in
        let flights = SingleFlight<Int, Int>(in: nursery)
        try await shared.send(flights)
        await until { flights.executionCount == 1 }
        nursery.cancel("enough")
        try Task.checkCancellation()
      }
    }
    await #expect(throws: FlightCancelled()) { try await outside.value }
  }

  @Test func `a closed nursery begins nothing`() async throws {
    try await withNursery { nursery in
      let flights = SingleFlight<Int, Int>(in: nursery)
      nursery.close()
      await #expect(throws: NurseryClosed.self) { try await flights.value(for: 0) { 1 } }
      #expect(flights.executionCount == 0)
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `whoever comes and goes, one execution runs at a time`(_ seed: UInt64) async throws {
    let attendance = Attendance()
    try await withNursery { nursery in
      let flights = SingleFlight<Int, Int>(in: nursery)
      await withTaskGroup { group in
        for caller in 0..<8 {
          group.addTask {
            var random = SplitMix(seed * 8 + UInt64(caller))
            for _ in 0..<20 {
              let yields = Int.random(in: 0..<8, using: &random), patience = Int.random(in: 0..<8, using: &random)
              let call = Task {
                try await flights.value(for: 0) {
                  await attendance.attend {
                    #expect(attendance.inside == 1, "seed \(seed)")
                    for _ in 0..<yields { await Task.yield() }
                  }
                  try Task.checkCancellation()
                  return 1
                }
              }
              for _ in 0..<patience { await Task.yield() }
              call.cancel()
              if let value = try? await call.value { #expect(value == 1) }
            }
          }
        }
      }
      #expect(flights.executionCount == 0)
    }
    #expect(attendance.inside == 0)
  }
}
