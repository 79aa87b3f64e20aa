import Foundation

/// A page of the guide, as far as it shows what a tool prints: its indented lines, without places and times.
struct GuidePage {
  private let lines: [String]

  init(_ name: String) {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/Runtime/CSP")
    let text = (try? String(contentsOf: root.appending(path: "CSP.docc/\(name).md"), encoding: .utf8)) ?? ""
    lines = text.split(separator: "\n").filter { $0.hasPrefix("    ") }.map { Self.plain(String($0.dropFirst(4))) }
  }

  /// Whether these lines stand on it, one below the other.
  func shows(_ output: [String]) -> Bool {
    let plain = output.map { Self.plain($0) }
    return !plain.isEmpty && lines.indices.contains { lines[$0...].starts(with: plain) }
  }

  static func plain(_ line: String) -> String {
    let parts = [
      #/ made at [A-Za-z]+(?:/[A-Za-z]+)?\.swift:\d+/#,
      #/ \([A-Za-z]+(?:/[A-Za-z]+)?\.swift:\d+\)/#, #/ at [A-Za-z]+(?:/[A-Za-z]+)?\.swift:\d+/#,
      #/^[A-Za-z]+(?:/[A-Za-z]+)?\.swift:\d+: /#, #/, for [^,]*$/#,
    ]
    return parts.reduce(line) { $0.replacing($1, with: "") }
  }
}
