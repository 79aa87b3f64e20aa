/// A rule about the repository that a machine can check.
///
/// `GateTests` runs every gate on this repository and on a seeded violation: a gate that cannot fail is a defect.
import Testing

struct Gate: Sendable, CustomTestStringConvertible {
  var name: String
  /// What breaks the rule, each with its place; empty when all is well.
  var findings: @Sendable (SourceTree, Manifest) -> [String]

  var testDescription: String { name }

  static let all = [
    imports, mapEntries, layers, paths, links, escapeHatches, decisionNumbers, fileLength,
  ]
}
