// A thousand tasks, ten of them stuck for three causes, and the dump that names them.
//
// What it shows: what a goroutine dump is for Go, with names and causes.
// Look at: `Plant.run`, where the ten go wrong; then at what the program prints.
import CSP
import CSPInspection

/// A plant in which 990 workers take turns at a belt that never stands still, and ten do not go on.
struct Plant: Sendable {
  let belt = Channel<Int>(.buffered(4), name: "belt")
  let results = Channel<Int>(.buffered(1), name: "results")
  let configuration = Channel<String>(.rendezvous, name: "configuration")
  let stop = Channel<Void>(.rendezvous, name: "stop")

  /// Runs until it is told to stop.
  func run() async {
    _ = try? await withNursery(name: "plant") { nursery in
      for _ in 0..<990 {
        try nursery.start { while case .second? = try? await select(stop.receiving, belt.receiving) {} }
      }
      try nursery.start(name: "feeder") {
        var next = 0
        while case .second? = try? await select(stop.receiving, belt.sending(next)) { next += 1 }
      }
      // First cause: results that nobody collects. Four of five report into a buffer that holds one.
      for number in 1...5 {
        try nursery.start(name: "reporter \(number)") { try await results.send(number) }
      }
      // Second cause: a configuration that nobody gives out.
      for number in 1...4 {
        try nursery.start(name: "listener \(number)") { _ = try await configuration.receive() }
      }
      // Third cause: two that wait for each other's end.
      let partners = Channel<Child<Void>>(.buffered(1))
      let buyer = try nursery.start(name: "buyer") { () async throws -> Void in
        if let seller = try await partners.receive() { try await seller.value }
      }
      let seller = try nursery.start(name: "seller") { () async throws -> Void in try await buyer.value }
      try await partners.send(seller)
      _ = try await stop.receive()
      nursery.cancel()
    }
  }

  /// What a dump says of the plant once the ten stand still.
  func dump() async -> Dump {
    while true {
      let dump = Inspection.dump()
      if dump.stuck.contains(where: { $0.cause == .cycle }), dump.channels(named: "results").senders.count == 4,
        dump.channels(named: "configuration").receivers.count == 4
      {
        return dump
      }
      await Task.yield()
    }
  }
}

extension Dump {
  func channels(named name: String) -> (senders: [Int], receivers: [Int]) {
    let found = channels.first { $0.resource.name == name }
    return (found?.senders ?? [], found?.receivers ?? [])
  }
}

/// The lines of a dump about tasks with names that wait: the ten.
func stuckLines(of dump: Dump) -> [String] {
  let stuck = ["reporter", "listener", "buyer", "seller"]
  return dump.text.split(separator: "\n").map { $0.drop { $0 == " " } }
    .filter { line in stuck.contains { line.hasPrefix("task \"\($0)") } && line.contains(": waits ") }.map(String.init)
}

@main enum Program {
  static func main() async {
    let plant = Plant()
    async let run: Void = plant.run()
    let dump = await plant.dump()
    for line in stuckLines(of: dump) { print(line) }
    plant.stop.close()
    await run
  }
}
