import Foundation
import Testing

/// Ctrl-C while assertions are checked. Nothing waits for a time: each signal follows something that was written.
@Suite struct InterruptionTests {
  /// One assertion that is quick, one that takes very long, and one behind it.
  static let script = """
    channel c : {0..29}.{0..1}
    P(i) = c.i.0 -> c.i.1 -> P(i)
    assert STOP [T= STOP
    assert RUN({|c|}) [T= ||| i : {0..29} @ P(i)
    assert RUN({|c|}) [T= P(1)
    """

  @Test func `the first says how far the check came, and leaves the others unchecked`() throws {
    let folder = try Folder(["a.csp": Self.script, "b.csp": "assert STOP [T= STOP"])
    let running = try RunningCommand("check", folder.path("a.csp"), folder.path("b.csp"), "--progress")
    let progress = try running.errors.line()
    #expect(progress.contains(/^2  [0-9,]+ states, [0-9,]+ transitions, depth [0-9]+, [0-9,]+\/s/), "\(progress)")
    running.process.interrupt()
    let lines = running.output.rest().split(separator: "\n")
    #expect(running.end() == .exit(3))
    #expect(lines.contains { $0.hasPrefix("holds      1  ") })
    #expect(lines.contains { $0.hasPrefix("undecided  2  ") })
    let interrupted =
      /^ +interrupted after [0-9,]+ states, [0-9,]+ transitions, in ply [0-9]+ with [0-9,]+ states? waiting$/
    #expect(lines.contains { $0.contains(interrupted) }, "\(lines)")
    #expect(lines.filter { $0.hasPrefix("unchecked  ") }.map { $0.dropFirst(11).prefix(2) } == ["3 ", "1 "])
    #expect(lines.contains("3 assertions: 1 hold, 1 undecided, 1 unchecked"))
  }

  @Test func `in JSON the report is whole`() throws {
    let folder = try Folder(["a.csp": Self.script])
    let running = try RunningCommand("check", folder.path("a.csp"), "--progress", "--format", "json")
    _ = try running.errors.line()
    running.process.interrupt()
    let file = try JSONSerialization.jsonObject(with: Data(running.output.rest().utf8)) as? [String: Any]
    #expect(running.end() == .exit(3))
    let results = try #require(file?["results"] as? [[String: Any]])
    #expect(results.map { $0["verdict"] as? String } == ["holds", "undecided", "unchecked"])
    #expect((results[1]["visited_states"] as? Int ?? 0) > 0)
    #expect((results[1]["undecided"] as? String)?.hasPrefix("interrupted after ") == true)
  }

  @Test func `what holds and was being certified still holds`() throws {
    let folder = try Folder(["a.csp": Self.script.replacing("29", with: "15")])
    let running = try RunningCommand("check", folder.path("a.csp"), "--assert", "2", "--progress", "--certify")
    while case let line = try running.errors.line(), !line.hasPrefix("2  certifying, ") {}
    running.process.interrupt()
    let lines = running.output.rest().split(separator: "\n")
    #expect(running.end() == .exit(3))
    #expect(lines.first?.hasPrefix("holds      2  ") == true)
    #expect(lines.dropFirst().map { $0.trimmingPrefix(while: \.isWhitespace) } == ["not certified: it was interrupted"])
  }

  @Test func `the second ends the command at once`() throws {
    let folder = try Folder(["a.csp": Self.script])
    // Behind the first script it waits for standard input, which never comes.
    let running = try RunningCommand("check", folder.path("a.csp"), "-", "--progress")
    _ = try running.errors.line()
    running.process.interrupt()
    while case let line = try running.output.line(), !line.hasPrefix("3 assertions") {}
    running.process.interrupt()
    #expect(running.end() == .signal(SIGINT))
  }
}

/// `martlet` at work.
private final class RunningCommand {
  let process: Process
  let output: Lines, errors: Lines
  private let input = Pipe()

  init(_ arguments: String...) throws {
    process = Command.process(arguments)
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    self.output = Lines(output.fileHandleForReading)
    self.errors = Lines(errors.fileHandleForReading)
    try process.run()
  }

  enum End: Equatable {
    case exit(Int32), signal(Int32)
  }

  func end() -> End {
    process.waitUntilExit()
    let status = process.terminationStatus
    return process.terminationReason == .exit ? .exit(status) : .signal(status)
  }

  /// What is written to a pipe, as it comes.
  final class Lines {
    struct Ended: Error {}

    private let handle: FileHandle
    private var unread = Data()

    init(_ handle: FileHandle) { self.handle = handle }

    /// Waits for a line.
    func line() throws -> String {
      while true {
        if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
          defer { unread = Data(unread[(end + 1)...]) }
          return String(decoding: unread[..<end], as: UTF8.self)
        }
        let more = handle.availableData
        if more.isEmpty { throw Ended() }
        unread += more
      }
    }

    /// What is written until the end.
    func rest() -> String { String(decoding: unread + handle.readDataToEndOfFile(), as: UTF8.self) }
  }
}
