// A monitor that never blocks its producers and flushes every second.
//
// What it shows: a channel that drops its oldest values instead of slowing a producer down, a ticker in a select, and a
// last flush when the channel is closed.
// Look at: `monitor`, one loop with two cases. Time is virtual: the program takes none.
import CSP

struct Sample: Sendable {
  var source: String
  var value: Int
}

/// One flush: how many samples of each source, and how many were dropped since the start.
struct Flush: Sendable, Equatable, CustomStringConvertible {
  var counts: [String: Int]
  var dropped: Int
  var description: String {
    let counts = counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    return "\(counts.isEmpty ? "nothing" : counts); \(dropped) dropped"
  }
}

/// Collects samples until the channel is closed, and hands on what it has once a second.
func monitor(_ samples: Channel<Sample>, clock: some AlarmClock, flush: (Flush) -> Void) async throws {
  var counts: [String: Int] = [:]
  func handOn() {
    flush(Flush(counts: counts, dropped: samples.statistics.dropped))
    counts = [:]
  }
  let ticker = Ticker(every: .seconds(1), clock: clock)
  while true {
    switch try await select(ticker.ticking, samples.receiving) {
    case .first: handOn()
    case .second(let sample?): counts[sample.source, default: 0] += 1
    case .second(nil): return handOn()
    }
  }
}

/// Three seconds of work: what the monitor handed on.
func threeSeconds() async throws -> [Flush] {
  let clock = ManualClock()
  let samples = Channel<Sample>(.dropping(.oldest, capacity: 64), name: "samples")
  // Room for all that three seconds hand on: the monitor must not wait for whoever reads it.
  let flushes = Channel<Flush>(.buffered(4), name: "flushes")
  async let running: Void = monitor(samples, clock: clock) { _ = flushes.trySend($0) }
  var result: [Flush] = []
  while clock.pendingAlarms == 0 { await Task.yield() }
  for second in 1...3 {
    // A producer never waits: it sends and goes on.
    for value in 0..<10 * second { _ = samples.trySend(Sample(source: "disk", value: value)) }
    _ = samples.trySend(Sample(source: "network", value: second))
    while samples.count > 0 || samples.statistics.waitingReceivers == 0 { await Task.yield() }
    clock.advance(by: .seconds(1))
    if let flush = try await flushes.receive() { result.append(flush) }
  }
  samples.close()
  try await running
  while case .received(let last) = flushes.tryReceive() { result.append(last) }
  return result
}

@main enum Program {
  static func main() async throws {
    for flush in try await threeSeconds() { print(flush) }
  }
}
