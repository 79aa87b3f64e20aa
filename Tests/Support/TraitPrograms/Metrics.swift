// Metrics of a channel and a nursery, in the test backend of swift-metrics, reported at the times of a manual clock.
import CSP
import CSPMetrics
import MetricsTestKit

func metrics() async throws {
  let backend = TestMetrics()
  func show(_ when: String) throws {
    let meters = ["martlet_channel_depth", "martlet_channel_capacity", "martlet_channel_waiting_senders"]
      .map { label in backend.meters(label: label, dimensions: [("channel", "orders")]).map { $0.lastValue ?? -1 } }
    let counters = ["martlet_channel_sent_total", "martlet_channel_waits_total"]
      .map { label in backend.counters(label: label, dimensions: [("channel", "orders")]).map(\.totalValue) }
    let tasks = try backend.expectMeter("martlet_nursery_tasks", [("nursery", "desk")]).lastValue
    let started = try backend.expectCounter("martlet_nursery_tasks_started_total", [("nursery", "desk")]).totalValue
    print("\(when): meters \(meters), counters \(counters), tasks \(tasks ?? -1) of \(started)")
  }
  let clock = ManualClock()
  let orders = Channel<Int>(.buffered(2), name: "orders")
  let log = Channel<Int>(.unbounded, name: "log")
  for value in 1...2 { _ = orders.trySend(value) }
  do {
    try await withNursery(name: "desk") { nursery in
      try nursery.start(name: "metrics") { try await reportMetrics(every: .seconds(10), clock: clock, to: backend) }
      func untilReported() async { while clock.pendingAlarms == 0 { await Task.yield() } }
      await untilReported()
      try show("at once")
      let sender = try nursery.start { try await orders.send(3) }
      while orders.statistics.waitingSenders == 0 { await Task.yield() }
      clock.advance(by: .seconds(9))
      try show("after nine seconds")
      clock.advance(by: .seconds(1))
      await untilReported()
      try show("after ten seconds")
      _ = try await orders.receive()
      try await sender.value
      nursery.cancel()
    }
  } catch { print("the desk failed: \(error)") }
  try show("at the end")
  let (capacities, blocked) = (
    backend.meters(label: "martlet_channel_capacity", dimensions: [("channel", "log")]),
    backend.counters(label: "martlet_channel_blocked_seconds_total", dimensions: [("channel", "orders")])
  )
  print("unbounded: \(capacities.count), blocked: \(blocked.count)")
  try await metricsExample()
  withExtendedLifetime(log) {}
}

/// The example of the guide: to the backend that is there by default, which ignores what it is told.
private func metricsExample() async throws {
  func serve() async throws { print("served") }
  try await withNursery { nursery in
    try nursery.start(name: "metrics") { try await reportMetrics(every: .seconds(10)) }
    try await serve()
    nursery.cancel()
  }
}
