// The three forms of a dump, pages over HTTP, and the signal.
import CSP
import CSPInspection
import Foundation
import Testing

@Suite("forms of a dump", .serialized) struct FormatTests {
  static let hostile = "\"quoted\" back\\slash\nnew line\ttab \u{1} 🪿"

  /// A nursery with one waiting child, whose names are hostile.
  private func withWaiting(_ body: @Sendable (Dump) throws -> Void) async throws {
    let channel = Channel<Int>(.buffered(1), name: Self.hostile)
    _ = channel.trySend(1)
    try await withNursery(name: Self.hostile) { nursery in
      try nursery.start(name: Self.hostile) { try? await channel.send(1) }
      while channel.statistics.waitingSenders == 0 { await Task.yield() }
      let dump = Inspection.dump()
      channel.close(discardingBuffered: true)
      nursery.cancel()
      try body(dump)
    }
  }

  @Test func `the JSON is read by another parser and says what the value says`() async throws {
    try await withWaiting { dump in
      let read = try #require(JSONSerialization.jsonObject(with: Data(dump.json.utf8)) as? [String: Any])
      let tasks = try #require(read["tasks"] as? [[String: Any]])
      let scopes = try #require(read["scopes"] as? [[String: Any]])
      let channels = try #require(read["channels"] as? [[String: Any]])
      #expect(tasks.count == dump.tasks.count && scopes.count == dump.scopes.count)
      #expect(channels.count == dump.channels.count)
      let index = try #require(dump.tasks.firstIndex { $0.name == Self.hostile && $0.wait != nil })
      let task = tasks[index]
      #expect(task["name"] as? String == Self.hostile)
      #expect(task["origin"] as? String == "child")
      #expect(task["activity"] as? String == "waiting")
      #expect(task["place"] as? String == dump.tasks[index].place?.description)
      let wait = try #require(task["wait"] as? [String: Any])
      let item = try #require((wait["cases"] as? [[String: Any]])?.first)
      #expect(item["operation"] as? String == "send")
      #expect(item["resource"] as? String == "channel")
      #expect(item["name"] as? String == Self.hostile)
      let scope = scopes[try #require(task["scope"] as? Int)]
      #expect(scope["name"] as? String == Self.hostile)
      #expect((scope["tasks"] as? [Int])?.contains(index) == true)
      let channel = try #require(channels.first { $0["name"] as? String == Self.hostile })
      #expect(channel["senders"] as? [Int] == [index])
      #expect(channel["count"] as? Int == 1)
    }
  }

  @Test func `the graph's strings are closed`() async throws {
    try await withWaiting { dump in
      let lines = dump.dot.split(separator: "\n")
      #expect(lines.first == "digraph tasks {" && lines.last == "}")
      for line in lines.dropFirst().dropLast() {
        let unescaped = line.replacing("\\\\", with: "").replacing("\\\"", with: "")
        #expect(unescaped.count { $0 == "\"" } % 2 == 0, "\(line)")
        #expect(line.hasSuffix(";"), "\(line)")
      }
      #expect(dump.dot.contains("[label=send];"))
    }
  }

  @Test(arguments: [
    ("/debug/tasks", "text/plain; charset=utf-8", "parking "), ("/debug/tasks/json", "application/json", "{\"parking\":"),
    ("/debug/tasks?format=json", "application/json", "{\"parking\":"), ("/dot", "text/vnd.graphviz", "digraph "),
    ("/tasks?x=1&format=dot", "text/vnd.graphviz", "digraph "), ("", "text/plain; charset=utf-8", "parking "),
    ("/json?format=text", "text/plain; charset=utf-8", "parking "),
    ("/metrics", "text/plain; version=0.0.4; charset=utf-8", "# TYPE martlet_channels gauge\n"),
    ("/debug/tasks?format=metrics", "text/plain; version=0.0.4; charset=utf-8", "martlet_channel_sent_total{"),
  ])
  func `pages come in the form that is asked for`(_ path: String, _ type: String, _ words: String) {
    let channel = Channel<Int>(.rendezvous, name: "a channel to be told of")
    defer { withExtendedLifetime(channel) {} }
    let page = Inspection.respond(to: path)
    #expect(page.status == 200)
    #expect(page.contentType == type)
    #expect(page.body.contains(words))
  }

  @Test func `a signal writes a dump, again and again, and the program goes on`() async {
    await #expect(processExitsWith: .success) {
      let (sender, receiver) = makeChannel(.unbounded, of: String.self)
      let writes = Inspection.dumpOnSignal { _ = sender.trySend($0) }
      let waiting = Channel<Int>(.rendezvous, name: "orders")
      let task = Task(name: "worker") { try await waiting.receive() }
      while waiting.statistics.waitingReceivers == 0 { await Task.yield() }
      for _ in 0..<3 {
        kill(getpid(), SIGQUIT)
        let text = try await receiver.receive() ?? ""
        guard text.contains("\"worker\": waits to receive from channel \"orders\"") else { exit(1) }
      }
      waiting.close()
      _ = try await task.value
      exit(writes ? 0 : 2)
    }
  }

  @Test func `a signal that cannot be caught is refused`() {
    #expect(!Inspection.dumpOnSignal(SIGKILL))
    #expect(!Inspection.dumpOnSignal(0))
    #expect(!Inspection.dumpOnSignal(1_000))
  }
}
