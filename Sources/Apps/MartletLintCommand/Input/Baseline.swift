// Findings that are known, and not reported again.
//
// I1. A finding is known by its file, its rule and the text of its line: it may move within the file.
#if Lint
  import ConcurrencyLint
  import Foundation

  struct Baseline {
    private struct Contents: Codable {
      var version = 1
      /// Fingerprints by path.
      var findings: [String: [String]] = [:]
    }

    private var known: [String: Set<String>]

    init(path: String) throws {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw InputError("cannot read the baseline `\(path)`")
      }
      guard let contents = try? JSONDecoder().decode(Contents.self, from: data), contents.version == 1 else {
        throw InputError("`\(path)` is no baseline of this version")
      }
      known = contents.findings.mapValues(Set.init)
    }

    init(_ results: [FileResult]) {
      known = [:]
      for result in results where !result.report.findings.isEmpty {
        known[result.path, default: []].formUnion(result.report.findings.map(\.fingerprint))
      }
    }

    func contains(_ path: String, _ finding: ReportedFinding) -> Bool {
      known[path]?.contains(finding.fingerprint) == true
    }

    func write(to path: String) throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      do {
        let data = try encoder.encode(Contents(findings: known.mapValues { $0.sorted() }))
        try (data + Data("\n".utf8)).write(to: URL(filePath: path), options: .atomic)
      } catch {
        throw InputError("cannot write the baseline `\(path)`: \(error.localizedDescription)")
      }
    }
  }
#endif
