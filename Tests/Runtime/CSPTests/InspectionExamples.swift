import CSP
import CSPInspection
import Testing

/// The Swift examples of the page on inspection, word for word.
@Suite struct InspectionExamples {
  @Test func `a dump is a value`() async throws {
    let results = Channel<Int>(.rendezvous, name: "results")
    try await withNursery(name: "fetches") { nursery in
      try nursery.start(name: "fetch 1") { try await results.send(1) }
      while results.statistics.waitingSenders == 0 { await Task.yield() }
      let dump = Inspection.dump()
      for task in dump.tasks {
        guard let wait = task.wait, wait.duration > .seconds(30) else { continue }
        print(task.name ?? "a task", "has waited for", wait.duration, "at", wait.place?.description ?? "a clock")
      }
      #expect(dump.text.contains("task \"fetch 1\" (CSPTests/InspectionExamples.swift:10): waits to send to channel"))
      _ = try await results.receive()
    }
  }

  @Test func `a signal and a page`() {
    #expect(Inspection.respond(to: "/debug/tasks/json").contentType == "application/json")
    func main() {
      Inspection.dumpOnSignal()  // SIGQUIT, to standard error
    }
    _ = main
    func answer(_ path: String) -> (Int, String, String) {
      let page = Inspection.respond(to: path)  // "/debug/tasks", "/debug/tasks/json", "/debug/tasks?format=dot"
      return (page.status, page.contentType, page.body)
    }
    #expect(answer("/debug/tasks").0 == 200)
  }

  @Test func `a test expects no leaks`() async throws {
    func squares(of numbers: [Int]) -> Receiver<Int> {
      let (sender, receiver) = makeChannel(.rendezvous, of: Int.self, name: "squares")
      Task {
        for number in numbers { try await sender.send(number * number) }
      }
      return receiver
    }
    try await expectNoLeaks {
      let first = try await squares(of: [1, 2, 3]).receive()
      #expect(first == 1)
    }
  }

  @Test func `a metric is looked up`() async throws {
    let orders = Channel<Int>(.buffered(64), name: "orders")
    for order in 1...62 { try await orders.send(order) }
    let metrics = Inspection.metrics()
    if let depth = metrics["martlet_channel_depth", "orders"], depth > 60 { print("orders pile up:", depth) }
    #expect(metrics["martlet_channel_depth", "orders"] ?? 0 >= 62)
    func scrape(_ path: String) -> (String, String) {
      let page = Inspection.respond(to: path)  // "/metrics"
      return (page.contentType, page.body)
    }
    #expect(scrape("/metrics").1.contains("martlet_channel_depth{channel=\"orders\"} "))
    orders.close()
  }

  @Test func `long waits come by place`() {
    for waiting in Inspection.dump().longWaits(count: 10_000, limit: .seconds(600)) {
      print(waiting.tasks.count, "tasks at", waiting.place?.description ?? "a clock", "for up to", waiting.longest)
    }
  }
}
