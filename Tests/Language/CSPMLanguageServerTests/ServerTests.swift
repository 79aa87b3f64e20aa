import CSPM
import CSPMSyntax
import Foundation
import Testing

@testable import CSPMLanguageServer

/// The whole server, in this process.
@Suite struct ServerTests {
  /// What the server sends for some messages that come at once, `initialize` in front and the farewell behind them.
  ///
  /// A script that includes `gate.csp` is not read before all of the messages have come.
  private static func talk(_ messages: [String], disk: [String: String] = [:]) throws -> [[String: Any]] {
    let output = Output()
    let disk = GatedDisk(files: TextDisk(disk))
    let server = LanguageServer(
      .init(version: "0", disk: disk, describe: { result, _ in (result.verdict.rawValue, []) }),
      send: { output.add($0) })
    let greeting = request(0, "initialize", #"{"capabilities": {"general": {"positionEncodings": ["utf-8"]}}}"#)
    var input = [[greeting] + messages, [request(99, "shutdown", "null"), notification("exit", "null")]]
    let isPolite = try server.run {
      if input.count == 1 { disk.gate.signal() }
      let next = input.isEmpty ? [] : input.removeFirst()
      return next.flatMap { Array("Content-Length: \($0.utf8.count)\r\n\r\n\($0)".utf8) }
    }
    #expect(isPolite)
    var framing = MessageFraming()
    return try framing.add(output.bytes).compactMap {
      guard case .body(let body) = $0 else { return nil }
      return try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
    }
  }

  private struct GatedDisk: SourceReader, Sendable {
    let files: TextDisk
    let gate = DispatchSemaphore(value: 0)
    func read(_ path: String) throws(SourceReadingFailure) -> [UInt8] {
      guard path == "/gate.csp" else { return try files.read(path) }
      gate.wait()
      // Stays open.
      gate.signal()
      return []
    }
    func resolve(_ path: String, from includer: String) -> String { files.resolve(path, from: includer) }
    func realPath(_ path: String) -> String? { files.realPath(path) }
  }

  private final class Output: @unchecked Sendable {
    // SAFETY: written under the lock of the server's outbox, read when its threads have said their last.
    private(set) var bytes: [UInt8] = []
    func add(_ more: [UInt8]) { bytes += more }
  }

  private static func request(_ id: Int, _ method: String, _ parameters: String) -> String {
    #"{"jsonrpc": "2.0", "id": \#(id), "method": "\#(method)", "params": \#(parameters)}"#
  }
  private static func notification(_ method: String, _ parameters: String) -> String {
    #"{"jsonrpc": "2.0", "method": "\#(method)", "params": \#(parameters)}"#
  }
  private static func open(_ name: String, _ text: String) -> String {
    notification(
      "textDocument/didOpen",
      #"{"textDocument": {"uri": "file:///\#(name)", "languageId": "cspm", "version": 1, "text": "\#(text)"}}"#)
  }
  private static func change(_ name: String, _ version: Int, _ text: String) -> String {
    notification(
      "textDocument/didChange",
      #"{"textDocument": {"uri": "file:///\#(name)", "version": \#(version)}, "contentChanges": [{"text": "\#(text)"}]}"#
    )
  }
  private static func hover(_ id: Int, _ name: String) -> String {
    let document = #"{"textDocument": {"uri": "file:///\#(name)"}, "position": {"line": 0, "character": 0}}"#
    return request(id, "textDocument/hover", document)
  }

  /// The last list of ids that was published of each document.
  private static func published(_ output: [[String: Any]]) -> [String: [String]] {
    var last: [String: [String]] = [:]
    for message in output where message["method"] as? String == "textDocument/publishDiagnostics" {
      guard let content = message["params"] as? [String: Any], let uri = content["uri"] as? String else { continue }
      last[uri] = (content["diagnostics"] as? [[String: Any]])?.map { $0["code"] as? String ?? "" }
    }
    return last
  }

  @Test func `a request sees the changes before it and none behind it`() throws {
    let output = try Self.talk([
      Self.open("a.csp", "x = 1"), Self.hover(1, "a.csp"), Self.change("a.csp", 2, "x = true"), Self.hover(2, "a.csp"),
      Self.change("a.csp", 3, "x = <>"), Self.hover(3, "a.csp"),
    ])
    let shown = output.compactMap { message in
      ((message["result"] as? [String: Any])?["contents"] as? [String: Any])?["value"] as? String
    }
    #expect(shown == ["x :: Int\n\ndefinition", "x :: Bool\n\ndefinition", "x :: <a>\n\ndefinition"])
  }

  @Test func `work on versions that are gone is left undone`() throws {
    let versions = (2...200).map { Self.change("a.csp", $0, #"include \"gate.csp\"\nx = \#($0)"#) }
    let output = try Self.talk([Self.open("a.csp", #"include \"gate.csp\""#)] + versions)
    #expect(output.compactMap { ($0["params"] as? [String: Any])?["version"] as? Int } == [200])
  }

  @Test func `what another open script includes is judged as a part of it`() throws {
    let part = Self.open("part.csp", "y = x"), whole = Self.open("whole.csp", #"include \"part.csp\"\nx = z"#)
    let close = Self.notification("textDocument/didClose", #"{"textDocument": {"uri": "file:///whole.csp"}}"#)
    #expect(Self.published(try Self.talk([part])) == ["file:///part.csp": ["unknown-name"]])
    #expect(
      Self.published(try Self.talk([part, whole])) == ["file:///part.csp": [], "file:///whole.csp": ["unknown-name"]])
    #expect(Self.published(try Self.talk([part, whole, close]))["file:///part.csp"] == ["unknown-name"])
  }

  @Test func `mistakes in a file that is not open are published of that file`() throws {
    let disk = ["part.csp": "y = x"]
    let output = try Self.talk([Self.open("whole.csp", #"include \"part.csp\"\n"#)], disk: disk)
    #expect(Self.published(output) == ["file:///part.csp": ["unknown-name"], "file:///whole.csp": []])
  }

  @Test func `scripts that include each other are judged as they are`() throws {
    let output = try Self.talk([
      Self.open("a.csp", #"include \"b.csp\""#), Self.open("b.csp", #"include \"a.csp\""#),
    ])
    #expect(Self.published(output).values.map { Set($0) } == [["include-cycle"], ["include-cycle"]])
  }

  @Test func `a request that was cancelled before its turn is answered as such`() throws {
    let output = try Self.talk([
      Self.open("a.csp", #"include \"gate.csp\""#), Self.hover(1, "a.csp"),
      Self.notification("$/cancelRequest", #"{"id": 1}"#),
    ])
    let answers = output.filter { $0["id"] as? Int == 1 }
    #expect(answers.map { ($0["error"] as? [String: Any])?["code"] as? Int } == [-32800])
  }
}
