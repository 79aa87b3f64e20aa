// Results by content: a file that has not changed is not parsed again.
//
// I1. A key is made of the file's bytes, the rules with their severities, and the version: what it leads to is what the
//     linter would say.
// I2. It holds what the last run saw, so that it does not grow. One that cannot be read counts as empty.
#if Lint
  import ConcurrencyLint
  import Foundation

  struct Cache: Sendable {
    private let path: String
    var entries: [String: FileReport] = [:]

    private struct Contents: Codable {
      var version: String
      /// Files without a finding, and the others.
      var clean: [String]
      var entries: [String: FileReport]
    }

    init(path: String) {
      self.path = path
      guard let data = FileManager.default.contents(atPath: path),
        let contents = try? JSONDecoder().decode(Contents.self, from: data), contents.version == Linter.version
      else { return }
      entries = contents.entries
      for key in contents.clean { entries[key] = FileReport() }
    }

    static func key(
      _ bytes: [UInt8], _ language: SourceLanguage, _ version: GoVersion?, _ rules: [String: Severity]
    ) -> String {
      let list = rules.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.rawValue)" }.joined(separator: ",")
      return Digest.hexadecimal(bytes) + "-"
        + Digest.hexadecimal("\(language.rawValue)\(version?.description ?? ""):\(list)")
    }

    func save() throws {
      let clean = entries.filter { $0.value == FileReport() }.keys.sorted()
      let others = entries.filter { $0.value != FileReport() }
      let contents = Contents(version: Linter.version, clean: clean, entries: others)
      do {
        try JSONEncoder().encode(contents).write(to: URL(filePath: path), options: .atomic)
      } catch {
        throw InputError("cannot write the cache `\(path)`: \(error.localizedDescription)")
      }
    }
  }
#endif
