import CSPMSyntax
import Foundation
import Testing

@testable import CSPM

/// An example or a specification of the repository with the verdicts that it says its assertions have.
///
/// A comment on the line before an assertion pins it:
/// `-- expect: holds`, `-- expect: fails trace: a.1, tick`, `-- expect: holds states: 46656 transitions: 246612`.
struct Example: CustomTestStringConvertible, Sendable {
  struct Expectation: Sendable, Equatable {
    var verdict: String
    var trace: [String]?
    var states: Int?, transitions: Int?
  }

  let path: String
  let expectations: [Expectation?]

  var testDescription: String { path }

  /// The folder of the repository.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardizedFileURL

  /// Every script under Examples that asserts something.
  static let all = scripts(under: "Examples")

  /// The protocols of channels and nurseries: every script under Specifications that asserts something.
  static let specifications = scripts(under: "Specifications")

  private static func scripts(under folder: String) -> [Example] {
    let directory = root.appending(path: folder)
    let files = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)?
      .compactMap { $0 as? URL } ?? []
    return files.filter { $0.pathExtension == "csp" }.map(\.path).sorted().compactMap(Example.init)
      .filter { !$0.expectations.isEmpty }
  }

  init?(_ path: String) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    self.init(text: text, path: path)
  }

  init(text: String, path: String) {
    self.path = path
    var expectations: [Expectation?] = [], pending: Expectation?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("-- expect: ") { pending = Expectation(line.dropFirst("-- expect: ".count)) }
      if line.hasPrefix("assert ") {
        expectations.append(pending)
        pending = nil
      }
    }
    self.expectations = expectations
  }

  func load() -> ScriptSession {
    ScriptSession(ScriptLoader(reader: DiskReader()).load(path), path: path)
  }
}

extension Example.Expectation {
  init(_ text: some StringProtocol) {
    let words = text.split(separator: " ")
    verdict = String(words.first ?? "")
    if let start = text.range(of: "trace: ") {
      let end = text.range(of: " states:")?.lowerBound ?? text.endIndex
      trace = Self.events(text[start.upperBound..<end])
    }
    for (i, word) in words.enumerated().dropLast() {
      if word == "states:" { states = Int(words[i + 1]) }
      if word == "transitions:" { transitions = Int(words[i + 1]) }
    }
  }

  /// Splits at the commas that stand in no bracket.
  private static func events(_ text: some StringProtocol) -> [String] {
    var events: [String] = [], current = "", depth = 0
    for c in text {
      if "({<".contains(c) { depth += 1 }
      if ")}>".contains(c) { depth -= 1 }
      if c == ",", depth == 0 {
        events.append(current)
        current = ""
      } else {
        current.append(c)
      }
    }
    return (events + [current]).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      .map { $0 == "tick" ? "✓" : $0 }
  }
}

/// Reads files as the command-line tool does, without the limits of a root.
struct DiskReader: SourceReader {
  func read(_ path: String) throws(SourceReadingFailure) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else { throw SourceReadingFailure("no such file") }
    return Array(data)
  }
  func resolve(_ path: String, from includer: String) -> String {
    URL(filePath: includer).deletingLastPathComponent().appending(path: path).path
  }
  func realPath(_ path: String) -> String? {
    FileManager.default.fileExists(atPath: path) ? URL(filePath: path).resolvingSymlinksInPath().path : nil
  }
}
