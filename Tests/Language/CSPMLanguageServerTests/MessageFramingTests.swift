import Testing

@testable import CSPMLanguageServer

@Suite struct MessageFramingTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let input: String
    let pieces: [String]
    var testDescription: String { String(input.prefix(40)) }
    init(_ input: String, _ pieces: [String]) {
      self.input = input
      self.pieces = pieces
    }
  }

  static let rows: [Row] = [
    Row("Content-Length: 2\r\n\r\n{}", ["{}"]),
    Row("Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n{}", ["", "{}"]),
    Row("content-length:2\n\n{}", ["{}"]),
    Row("Content-Type: text; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}", ["{}"]),
    Row("Content-Length: 3\r\n\r\n{}", []),
    Row("Content-Length: x\r\n\r\nContent-Length: 2\r\n\r\n{}", ["?", "{}"]),
    Row("Content-Length: -1\r\n\r\nContent-Length: 2\r\n\r\n{}", ["?", "{}"]),
    Row("Content-Length: 99999999999\r\n\r\n{}\r\nContent-Length: 2\r\n\r\n{}", ["?", "{}"]),
    Row("what\r\nis\r\nthis\r\n\r\nContent-Length: 2\r\n\r\n{}", ["?", "{}"]),
    Row("{}Content-Length: 2\r\n\r\n{}", ["?", "{}"]),
    Row("\r\nContent-Length: 2\r\n\r\n{}", ["?", "{}"]),
    Row(String(repeating: "x", count: 100_000) + "\r\nContent-Length: 2\r\n\r\n{}", ["?", "{}"]),
  ]

  private func pieces(_ input: String, by step: Int) -> [String] {
    var framing = MessageFraming()
    let bytes = Array(input.utf8)
    return stride(from: 0, to: bytes.count, by: step).flatMap { start in
      framing.add(bytes[start..<min(start + step, bytes.count)]).map {
        switch $0 {
        case .body(let body): String(decoding: body, as: UTF8.self)
        case .malformed: "?"
        }
      }
    }
  }

  @Test(arguments: rows)
  func `a stream is cut into the same messages however it comes`(_ row: Row) {
    for step in [1, 2, 7, 1000, 1_000_000] { #expect(pieces(row.input, by: step) == row.pieces) }
  }
}
