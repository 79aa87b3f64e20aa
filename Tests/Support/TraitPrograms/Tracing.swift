// The spans of nurseries and children, in the in-memory tracer of swift-distributed-tracing.
import CSP
import CSPTracing
import InMemoryTracing
import Tracing

private struct Broken: Error {}

func tracing() async throws {
  let tracer = InMemoryTracer()
  InstrumentationSystem.bootstrap(tracer)
  let gate = Channel<Int>(.rendezvous)
  try await withSpan("request") { _ in
    do {
      try await withTracedNursery("fetches") { traced in
        traced.span.attributes["fetches"] = 3
        let good = try traced.start(name: "good") { withSpan("query") { _ in 42 } }
        print("good is \(try await good.value)")
        try traced.start(name: "slow") { _ = try await gate.receive() }
        while gate.statistics.waitingReceivers == 0 { await Task.yield() }
        try traced.start { throw Broken() }
      }
    } catch { print("fetches: \(error)") }
    do {
      try await withTracedNursery("idle") { traced in
        traced.nursery.cancel()
        _ = try await gate.receive()
      }
    } catch { print("idle: \(error)") }
    print("quiet: \(try await withTracedNursery("quiet") { _ in 7 })")
  }
  try await tracingExample(["a", "b"])
  let spans = tracer.finishedSpans
  let lines = spans.map { span in
    let parent = spans.first { $0.spanID == span.parentSpanID }?.operationName ?? "nothing"
    let status = span.status.map { "\($0.code) \($0.message ?? "")" } ?? "no status"
    let cancelled = span.attributes["martlet.cancelled"] == nil ? "" : ", cancelled"
    return "\(span.operationName) below \(parent): \(status), \(span.errors.count) errors\(cancelled)"
  }
  for line in lines.sorted() { print(line) }
  print("\(tracer.activeSpans.count) spans are open")
  let fetches = spans.first { $0.operationName == "fetches" && $0.parentSpanID != nil }?.attributes
  print(fetches?["code.file.path"] ?? "no file", fetches?["fetches"] ?? "no attribute")
}

/// The example of the guide.
private func tracingExample(_ addresses: [String]) async throws {
  func fetch(_ address: String) async throws -> String { "page \(address)" }
  let pages = try await withTracedNursery("fetches", limit: 8) { traced in
    let fetches = try addresses.map { address in
      try traced.start(name: "fetch") { try await fetch(address) }
    }
    var pages: [String] = []
    for fetch in fetches { pages.append(try await fetch.value) }
    return pages
  }
  print(pages)
}
