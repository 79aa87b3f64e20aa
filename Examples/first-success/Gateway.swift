// A gateway that asks four backends at once: the first success wins, the others are cancelled and awaited, and if all
// fail, all errors are told.
//
// What it shows: the scatter-gather of Go's errgroup examples, without a channel whose size has to be right, without a
// goroutine that outlives the request, and with every error kept.
// Look at: `quote`, which is all there is to it; and that `firstSuccess` returns after the losers' last words.
// Time is virtual: the program drives its clock itself, and takes no time to run.
import CSP
import Synchronization

/// A backend that answers, or fails, after a while.
struct Backend: Sendable {
  var name: String
  var latency: Duration
  var price: Int?

  struct Overloaded: Error, CustomStringConvertible {
    var backend: String
    var description: String { "\(backend) is overloaded" }
  }

  func quote(clock: ManualClock, timeline: Timeline) async throws -> Int {
    timeline.add("ask \(name)")
    do {
      try await clock.sleep(for: latency)
    } catch {
      timeline.add("\(name) cancelled")
      throw error
    }
    guard let price else {
      timeline.add("\(name) failed")
      throw Overloaded(backend: name)
    }
    timeline.add("\(name) answered \(price)")
    return price
  }
}

/// What happened, and when on the virtual clock. Events of one instant are concurrent: they are shown in order of text.
final class Timeline: Sendable {
  private let clock: ManualClock
  private let events = Mutex<[(time: Duration, text: String)]>([])

  init(_ clock: ManualClock) { self.clock = clock }

  func add(_ text: String) {
    let time = clock.now.sinceStart
    events.withLock { $0.append((time, text)) }
  }

  /// The events but the last, in order of time and text; the last stands last.
  var lines: [String] {
    let events = events.withLock { $0 }
    let sorted = events.dropLast().sorted { ($0.time, $0.text) < ($1.time, $1.text) } + events.suffix(1)
    return sorted.map { event in
      let time = "\(event.time / .milliseconds(1))".prefix { $0 != "." }
      return String(repeating: " ", count: max(0, 4 - time.count)) + "\(time) ms  \(event.text)"
    }
  }
}

/// The gateway: the first price that any backend gives.
func quote(_ backends: [Backend], clock: ManualClock, timeline: Timeline) async -> String {
  do {
    let price = try await firstSuccess(among: backends) { try await $0.quote(clock: clock, timeline: timeline) }
    return "200: \(price)"
  } catch let error as AllFailed {
    let failures = error.failures.sorted { $0.contestant < $1.contestant }
    return "502: \(failures.map { "\($0.error)" }.joined(separator: ", "))"
  } catch {
    return "499: \(error)"
  }
}

/// One request, from the first question to the answer.
func request(_ backends: [Backend]) async -> [String] {
  let clock = ManualClock()
  let timeline = Timeline(clock)
  async let answer = quote(backends, clock: clock, timeline: timeline)
  // Moves the clock from one backend's time to the next, until somebody has answered.
  var waiting = backends.count
  for backend in backends.sorted(by: { $0.latency < $1.latency }) {
    while clock.pendingAlarms != waiting { await Task.yield() }
    let asked = timeline.lines.count
    clock.advance(by: backend.latency - clock.now.sinceStart)
    while timeline.lines.count == asked { await Task.yield() }
    if backend.price != nil { break }
    waiting -= 1
  }
  timeline.add(await answer)
  return timeline.lines
}

/// The requests that the program makes.
let requests: [(title: String, backends: [Backend])] = [
  (
    "one is fast, one fails before it, two are slow",
    [
      Backend(name: "north", latency: .milliseconds(120), price: 71),
      Backend(name: "east", latency: .milliseconds(40), price: nil),
      Backend(name: "south", latency: .milliseconds(70), price: 72),
      Backend(name: "west", latency: .milliseconds(2_000), price: 69),
    ]
  ),
  (
    "all fail",
    [
      Backend(name: "north", latency: .milliseconds(20), price: nil),
      Backend(name: "east", latency: .milliseconds(40), price: nil),
      Backend(name: "south", latency: .milliseconds(10), price: nil),
      Backend(name: "west", latency: .milliseconds(30), price: nil),
    ]
  ),
]

@main enum Program {
  static func main() async {
    for (title, backends) in requests {
      print(title)
      for line in await request(backends) { print(line) }
      print()
    }
  }
}
