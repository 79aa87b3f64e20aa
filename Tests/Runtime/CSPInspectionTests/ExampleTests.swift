// The programs of Examples about inspection, as they print themselves.
import CSPInspection
import Foundation
import Testing

@testable import LeftOverSender
@testable import Monitor
@testable import StuckTasks

@Suite("the examples of inspection", .serialized) struct ExampleTests {
  @Test func `the monitor drops instead of blocking, and flushes every second and at the end`() async throws {
    #expect(
      try await threeSeconds() == [
        Flush(counts: ["disk": 10, "network": 1], dropped: 0), Flush(counts: ["disk": 20, "network": 1], dropped: 0),
        Flush(counts: ["disk": 30, "network": 1], dropped: 0), Flush(counts: [:], dropped: 0),
      ])
  }

  @Test func `a left-over sender is found with the consumer's place, and closing it is the fix`() async {
    let found = await check(closing: false)
    #expect(found.contains("nobody that is left can go on"))
    #expect(found.contains("task \"consumer\" (LeftOverSender/LeftOverSender.swift:"), "\(found)")
    #expect(found.contains("waits to receive from channel \"numbers\""), "\(found)")
    #expect(found.contains("a Sender of channel \"numbers\" is still kept by somebody"), "\(found)")
    #expect(await check(closing: true) == "the sum is 6")
  }

  static let places = [
    "buyer": "for task \"seller\" to end", "seller": "for task \"buyer\" to end",
    "listener": "to receive from channel \"configuration\"", "reporter": "to send to channel \"results\"",
  ]

  /// One line for each of the ten: its name, where it was started, its cause and its place.
  private func expectTheTen(_ lines: [String]) {
    #expect(lines.count == 10 || lines.count == 12, "\(lines)")  // the cycle's two are told twice
    let ten = Set(lines)
    #expect(ten.count == 10, "\(lines)")
    for (name, cause) in Self.places {
      let count = ["listener": 4, "reporter": 4][name] ?? 1
      let matching = ten.filter {
        $0.hasPrefix("task \"\(name)") && $0.contains("(StuckTasks/StuckTasks.swift:") && $0.contains("waits " + cause)
          && $0.contains(", for ")
      }
      #expect(matching.count == count, "\(name): \(lines)")
    }
  }

  @Test(arguments: ["direct", "portable"])
  func `of a thousand tasks the dump names the ten that are stuck, with place and cause`(_ parking: String) throws {
    let process = Process()
    process.executableURL = Self.product("StuckTasks")
    process.environment = ProcessInfo.processInfo.environment.merging(["MARTLET_PARKING": parking]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    expectTheTen(text.split(separator: "\n").map(String.init))
  }

  /// Where the build has put its products: beside the tests.
  private static func product(_ name: String) -> URL {
    var directory = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    while directory.path.count > 1 {
      let candidate = directory.appending(path: name)
      let isDirectory = (try? candidate.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
      if FileManager.default.isExecutableFile(atPath: candidate.path), !isDirectory { return candidate }
      directory.deleteLastPathComponent()
    }
    return URL(filePath: name)
  }
}
