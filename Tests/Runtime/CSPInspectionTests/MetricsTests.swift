// The page that Prometheus scrapes, read by Prometheus' own client for Python.
import CSP
import CSPInspection
import Foundation
import Testing

@Suite("metrics") struct MetricsTests {
  /// What the parser has made of a page.
  struct Read: Decodable, Equatable {
    struct Sample: Decodable, Equatable {
      var name: String
      var labels: [String: String]
      /// As Python writes the number: `inf`, an integer, or the shortest digits that give it back.
      var value: String
    }
    var name: String, type: String, help: String
    var samples: [Sample]
  }

  static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

  struct Unreadable: Error { var words: String }

  private func read(_ page: String) throws -> [Read] {
    let file = FileManager.default.temporaryDirectory.appending(path: "metrics-\(UUID().uuidString).txt")
    try Data(page.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = Self.root.appending(path: "Scripts/read-metrics")
    process.arguments = [file.path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Unreadable(words: String(decoding: data, as: UTF8.self)) }
    return try JSONDecoder().decode([Read].self, from: data)
  }

  static let names = [
    "orders", "\"quoted\"", "back\\slash", "\\n is no new line", "new\nline", "\n", "ends in \\", "\\\"\n\\\\", "\r\n tab\t",
    "a=\"b\",c} 1", "{", "# HELP x", " blanks ", "Bestellungen für Gänse 🪿", "👩‍👩‍👧‍👦 \u{2028} \u{85}", "e\u{301}",
    String(repeating: "long ", count: 300), "",
  ]

  @Test func `a parser of Prometheus reads what the values say, whatever the names`() async throws {
    let channels = Self.names.map { Channel<Int>(.buffered(4), name: $0) }
    let unbounded = Channel<Int>(.unbounded, name: "as many as you like")
    for (index, channel) in channels.enumerated() { for value in 0..<index % 4 { _ = channel.trySend(value) } }
    try await withNursery(name: "readers of\n\"it\"") { nursery in
      for channel in channels where channel.count == 0 { try nursery.start { _ = try await channel.receive() } }
      while channels[0].statistics.waitingReceivers == 0 { await Task.yield() }
      let metrics = Inspection.metrics()
      for channel in channels { channel.close() }
      let read = try read(metrics.prometheusText)
      let families = metrics.families.filter { !$0.samples.isEmpty }
      #expect(read.map(\.name) == families.map { $0.kind == .counter ? String($0.name.dropLast(6)) : $0.name })
      for (family, found) in zip(families, read) {
        #expect(found.type == family.kind.rawValue && found.help == family.help)
        #expect(found.samples.map(\.name) == family.samples.map { _ in family.name })
        #expect(
          found.samples.map(\.labels)
            == family.samples.map { Dictionary(uniqueKeysWithValues: $0.labels.map { ($0.name, $0.value) }) })
        #expect(found.samples.map { Double($0.value) } == family.samples.map(\.value))
      }
      #expect(metrics["martlet_channel_capacity", "as many as you like"] == .infinity)
      #expect(metrics["martlet_nursery_tasks", "readers of\n\"it\""] == 5)
      // Bytes, and not what Swift takes for the same text.
      let names = Set(metrics.families[0].samples.map { Array($0.labels[0].value.utf8) })
      #expect(Self.names.allSatisfy { names.contains(Array($0.utf8)) })
    }
    withExtendedLifetime(unbounded) {}
  }

  @Test func `the page of a running program is scraped`() async throws {
    let orders = Channel<Int>(.buffered(2), name: "scraped orders")
    for value in 0..<2 { _ = orders.trySend(value) }
    let turnstile = Semaphore(permits: 0, name: "scraped turnstile")
    try await withNursery(name: "scraped desk") { nursery in
      for _ in 0..<3 { try nursery.start { try? await orders.send(9) } }
      try nursery.start { try await turnstile.acquire() }
      while orders.statistics.waitingSenders < 3 || turnstile.waiting < 1 { await Task.yield() }
      let page = Inspection.respond(to: "/metrics")
      #expect(page.status == 200 && page.contentType == "text/plain; version=0.0.4; charset=utf-8")
      let read = try read(page.body)
      func value(_ name: String, _ labels: [String: String]) -> String? {
        read.flatMap(\.samples).first { $0.name == name && $0.labels == labels }?.value
      }
      let channel = ["channel": "scraped orders"], desk = ["nursery": "scraped desk"]
      #expect(value("martlet_channel_depth", channel) == "2")
      #expect(value("martlet_channel_waiting_senders", channel) == "3")
      #expect(value("martlet_channel_sent_total", channel) == "2")
      #expect(value("martlet_channel_waits_total", channel) == "3")
      #expect(Double(value("martlet_channel_blocked_seconds_total", channel) ?? "") ?? -1 >= 0)
      #expect(value("martlet_nursery_tasks_started_total", desk) == "4")
      #expect(value("martlet_primitive_waiting", ["kind": "semaphore", "name": "scraped turnstile"]) == "1")
      orders.close()
      turnstile.release()
    }
  }

  @Test func `the guide lists every metric, with its type and labels, and no other`() throws {
    let page = try String(
      contentsOf: Self.root.appending(path: "Sources/Runtime/CSP/CSP.docc/MetricsAndTraces.md"), encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `martlet_") }
      .map { $0.split(separator: "|").prefix(3).map { $0.replacing(/[ `]/, with: "") }.joined(separator: " ") }
    let named = (
      Channel<Int>(.rendezvous, name: "listed"), Latch(name: "listed"), Lock(0, name: "listed")
    )
    let families = Inspection.metrics().families
    let listed = families.map { family in
      let labels = family.name.hasPrefix("martlet_primitive") ? "kind,name" : family.name.hasPrefix("martlet_channel")
        ? "channel" : "nursery"
      #expect(family.samples.allSatisfy { $0.labels.map(\.name).joined(separator: ",") == labels })
      return "\(family.name) \(family.kind) \(labels)"
    }
    #expect(rows == listed)
    withExtendedLifetime(named) {}
  }

  @Test func `what cannot be read is refused by the parser`() throws {
    let refusal = #expect(throws: Unreadable.self) { try read("martlet_channel_depth{channel=\"a\"b\"} 1\n") }
    #expect(refusal?.words.contains("could not convert string to float") == true)
  }
}
