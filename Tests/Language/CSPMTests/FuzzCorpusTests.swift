import CSPMEvaluation
import Foundation
import Testing

@testable import CSPM

/// What the fuzzer of the front end has found worth keeping, replayed without it.
@Suite struct FuzzCorpusTests {
  static let corpus: [URL] = {
    let folder = Example.root.appending(path: "Fuzz/Corpus")
    let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return (files ?? []).sorted { $0.path < $1.path }
  }()

  @Test func `no input of the corpus traps or hangs`() throws {
    #expect(Self.corpus.count >= 50)
    for file in Self.corpus {
      let bytes = Array(try Data(contentsOf: file))
      try Stack.run(bytes: 8 << 20) { FrontEndProbe.run(bytes) }
    }
  }

  @Test func `the examples pass the probe whole and cut off anywhere`() throws {
    for example in Example.all where !example.path.contains("/benchmarks/") {
      let bytes = Array(try Data(contentsOf: URL(filePath: example.path)))
      for end in stride(from: bytes.count, to: 0, by: -max(1, bytes.count / 4)) {
        try Stack.run(bytes: 8 << 20) { FrontEndProbe.run(Array(bytes[..<end])) }
      }
    }
  }
}
