// Inspection's metrics, fed into swift-metrics.
//
// Everything here stands behind the trait Metrics: without it the module is empty, and its package not fetched.
//
// I1. A counter is incremented by what it has risen since the last report: its first report is all since the process
//     began.
// I2. One handler for each sample that there ever was; InspectedMetrics.seriesLimit bounds them.
#if Metrics
public import CSPInspection
public import CoreMetrics

/// Feeds ``CSPInspection/InspectedMetrics`` into a backend of swift-metrics, whenever it is told to: gauges as meters,
/// counters as counters, seconds as floating-point counters. Labels become dimensions.
public struct MetricsReporter: Sendable {
  private struct Key: Hashable {
    var family: String
    var labels: [InspectedMetrics.Label]
  }

  private enum Handler {
    case meter(Meter)
    case counter(Counter, reported: Int)
    case seconds(FloatingPointCounter, reported: Double)
  }

  private let factory: any MetricsFactory
  private var handlers: [Key: Handler] = [:]

  /// - Parameter factory: The backend. By default the one that `MetricsSystem` was started with.
  public init(to factory: any MetricsFactory = MetricsSystem.factory) { self.factory = factory }

  /// Tells the backend how things stand.
  ///
  /// - Parameter metrics: Not older than those of the report before. What is infinite is not told.
  /// - Complexity: linear in the samples.
  public mutating func report(_ metrics: InspectedMetrics = Inspection.metrics()) {
    for family in metrics.families {
      for sample in family.samples { report(sample, family) }
    }
  }

  private mutating func report(_ sample: InspectedMetrics.Sample, _ family: InspectedMetrics.Family) {
    guard sample.value.isFinite else { return }
    let key = Key(family: family.name, labels: sample.labels)
    switch handlers[key] ?? handler(family, sample.labels) {
    case .meter(let meter):
      meter.set(sample.value)
      handlers[key] = .meter(meter)
    case .counter(let counter, let reported):
      let value = Int(sample.value)
      if value > reported { counter.increment(by: value - reported) }
      handlers[key] = .counter(counter, reported: max(value, reported))
    case .seconds(let counter, let reported):
      if sample.value > reported { counter.increment(by: sample.value - reported) }
      handlers[key] = .seconds(counter, reported: max(sample.value, reported))
    }
  }

  private func handler(_ family: InspectedMetrics.Family, _ labels: [InspectedMetrics.Label]) -> Handler {
    let dimensions = labels.map { ($0.name, $0.value) }
    switch family.kind {
    case .gauge:
      return .meter(Meter(label: family.name, dimensions: dimensions, factory: factory))
    case .counter where family.name.hasSuffix("_seconds_total"):
      return .seconds(FloatingPointCounter(label: family.name, dimensions: dimensions, factory: factory), reported: 0)
    case .counter:
      return .counter(Counter(label: family.name, dimensions: dimensions, factory: factory), reported: 0)
    }
  }
}

/// Feeds the metrics of this process into swift-metrics at a period, until the task is cancelled.
///
/// Run it as a child of a nursery of your own, beside what is measured:
///
/// ```
/// try nursery.start(name: "metrics") { try await reportMetrics(every: .seconds(10)) }
/// ```
///
/// - Parameters:
///   - period: From one report to the next; more than zero. The first report is made at once.
///   - clock: Whose time is meant; a ``CSPScheduling/ManualClock`` in tests.
///   - factory: The backend.
/// - Throws: What the clock's `sleep` throws: `CancellationError`, after a last report.
///
/// > Cancellation: The only way to end it.
public nonisolated(nonsending) func reportMetrics<C: Clock>(
  every period: Duration, clock: C = ContinuousClock(), to factory: any MetricsFactory = MetricsSystem.factory
) async throws where C.Duration == Duration {
  precondition(period > .zero, "metrics are reported at a period of more than zero, not \(period)")
  var reporter = MetricsReporter(to: factory)
  var next = clock.now
  while true {
    reporter.report()
    next = next.advanced(by: period)
    do {
      try await clock.sleep(until: next, tolerance: nil)
    } catch {
      reporter.report()
      throw error
    }
    // What was missed, while the process stood still, is not made up for.
    if next < clock.now { next = clock.now }
  }
}
#endif
