/// The targets of Package.swift, as SwiftPM itself reads them.
import Foundation

struct Manifest: Sendable {
  struct Target: Sendable {
    var name: String
    var path: String
    /// Names of targets and of products of other packages.
    var dependencies: Set<String>

    /// Whether it is one of those that the map lists; tests, what only they use, and models to measure are not.
    var isMapped: Bool { path.hasPrefix("Sources/") }
  }

  var targets: [Target]

  init(targets: [Target]) { self.targets = targets }

  /// Asks SwiftPM, with a scratch folder of its own, since the usual one is locked while tests run.
  init(root: URL) throws {
    try self = withTemporaryFolder { scratch in
      let dump = try run(
        ["swift", "package", "--package-path", root.path, "--scratch-path", scratch.path, "dump-package"])
      return try Manifest(dump: Data(dump.output.utf8))
    }
  }

  private init(dump: Data) throws {
    struct Package: Decodable {
      struct Target: Decodable {
        /// `{"byName": ["A", null]}` or `{"product": ["A", "package", null, null]}`.
        struct Dependency: Decodable {
          var name: String
          init(from decoder: any Decoder) throws {
            let forms = try decoder.singleValueContainer().decode([String: [Part]].self)
            guard let name = forms.values.first?.first?.text else {
              throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no name"))
            }
            self.name = name
          }
        }
        /// The elements of a dependency are of several kinds; only text is of interest.
        struct Part: Decodable {
          var text: String?
          init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
        }
        var name: String, path: String?
        var dependencies: [Dependency]
      }
      var targets: [Target]
    }
    targets = try JSONDecoder().decode(Package.self, from: dump).targets.map {
      Target(
        name: $0.name, path: $0.path ?? "Sources/\($0.name)", dependencies: Set($0.dependencies.map(\.name)))
    }
  }

  /// The target that a file belongs to.
  func target(of path: String) -> Target? { targets.first { path.hasPrefix($0.path + "/") } }
}
