/// Every gate, on this repository and on a tree that it must object to.
import Testing

@Suite("gates") struct GateTests {
  @Test(arguments: Gate.all)
  func `this repository keeps the rule`(_ gate: Gate) throws {
    let findings = gate.findings(try Repository.tree.get(), try Repository.manifest.get())
    #expect(findings == [])
  }

  @Test(arguments: Gate.all)
  func `a gate is silent about a tree that keeps the rule`(_ gate: Gate) {
    let findings = gate.findings(SourceTree(Seed.good), Seed.manifest)
    #expect(findings == [])
  }

  @Test(arguments: Seed.all)
  func `a gate finds a seeded violation and nothing else`(_ seed: Seed) {
    let findings = seed.gate.findings(seed.tree, seed.manifest)
    #expect(findings == [seed.finding])
  }

  @Test func `every gate has a seeded violation`() {
    #expect(Set(Seed.all.map(\.gate.name)) == Set(Gate.all.map(\.name)))
  }
}

/// A small repository that keeps all rules, and one violation each.
struct Seed: Sendable, CustomTestStringConvertible {
  var gate: Gate
  /// Files that are put into the good tree, in place of what is there.
  var changes: [String: String]
  var manifest = Seed.manifest
  var finding: String

  var tree: SourceTree { SourceTree(Self.good.merging(changes) { $1 }) }
  var testDescription: String { finding }

  static let manifest = Manifest(targets: [
    .init(name: "ProcessTerms", path: "Sources/Checker/ProcessTerms", dependencies: []),
    .init(
      name: "ReferenceSemantics", path: "Sources/Checker/ReferenceSemantics",
      dependencies: ["ProcessTerms"]),
    .init(name: "CSPM", path: "Sources/Language/CSPM", dependencies: ["ProcessTerms"]),
    .init(name: "CSPMTests", path: "Tests/Language/CSPMTests", dependencies: ["CSPM"]),
  ])

  static let good = [
    "ARCHITECTURE.md": map(),
    "README.md": """
    # Read me
    See [the map](ARCHITECTURE.md#the-map), `Sources/Checker/` and [outside](https://example.org).
    ```
    run Sources/Checker/ProcessTerms/Event.swift --with Sources/*
    ```
    """,
    "Documentation/Decisions/0001-why.md": "# 0001. Why",
    "Documentation/Decisions/0002-how.md": "# 0002. How\n[Before](0001-why.md) and [up](../../README.md)",
    "Sources/Checker/ProcessTerms/Event.swift": """
    /// See `Sources/Language/CSPM`.
    // SAFETY: written once, before anybody reads it.
    nonisolated(unsafe) var shared = 0
    func use(_ pointer: UnsafePointer<Int>) {}
    """,
    "Sources/Checker/ReferenceSemantics/Rules.swift": "public import ProcessTerms",
    "Sources/Language/CSPM/Session.swift": "@preconcurrency public import struct ProcessTerms.Event",
    "Tests/Language/CSPMTests/SessionTests.swift": "import Foundation\nimport Testing\n@testable import CSPM",
  ]

  private static func map(
    reference: String = "`ProcessTerms`", terms: String = "", language: String = "`ProcessTerms`", more: String = ""
  ) -> String {
    """
    # The map
    | target | may import |
    |---|---|
    | `ProcessTerms` | \(terms) |
    | `ReferenceSemantics` | \(reference) |
    | `CSPM` | \(language) |
    \(more)
    """
  }

  static let all: [Seed] = [
    Seed(
      gate: .imports, changes: ["Sources/Checker/ProcessTerms/Event.swift": "\ninternal import Foundation"],
      finding: "Sources/Checker/ProcessTerms/Event.swift:2: ProcessTerms may not import Foundation"),
    Seed(
      gate: .imports, changes: ["Tests/Language/CSPMTests/SessionTests.swift": "import ProcessTerms"],
      finding: "Tests/Language/CSPMTests/SessionTests.swift:1: CSPMTests may not import ProcessTerms"),
    Seed(
      gate: .mapEntries, changes: ["ARCHITECTURE.md": "no table"],
      manifest: Manifest(targets: [manifest.targets[0]]), finding: "ARCHITECTURE.md: no row for ProcessTerms"),
    Seed(
      gate: .mapEntries, changes: ["ARCHITECTURE.md": map(more: "| `Gone` | |")],
      finding: "ARCHITECTURE.md: no target Gone"),
    Seed(
      gate: .mapEntries, changes: ["ARCHITECTURE.md": map(more: "| `CSPM` | `ProcessTerms` |")],
      finding: "ARCHITECTURE.md: two rows for CSPM"),
    Seed(
      gate: .mapEntries, changes: ["ARCHITECTURE.md": map(language: "")],
      finding: "Package.swift: CSPM depends on ProcessTerms, which its row does not list"),
    Seed(
      gate: .layers, changes: ["ARCHITECTURE.md": map(terms: "`CSPM`")],
      finding: "ARCHITECTURE.md: ProcessTerms may not reach up to CSPM"),
    Seed(
      gate: .layers, changes: ["ARCHITECTURE.md": map(reference: "`ProcessTerms`, `Foundation`")],
      finding: "ARCHITECTURE.md: ReferenceSemantics may import ProcessTerms and nothing else"),
    Seed(
      gate: .layers, changes: ["ARCHITECTURE.md": map(terms: "`ReferenceSemantics`")],
      finding: "ARCHITECTURE.md: ProcessTerms may not import the interpreter that judges it"),
    Seed(
      gate: .paths, changes: ["README.md": "See `Sources/Nowhere`."],
      finding: "README.md:1: there is no Sources/Nowhere"),
    Seed(
      gate: .paths, changes: ["README.md": "```\nmartlet check Examples/gone.csp\n```"],
      finding: "README.md:2: there is no Examples/gone.csp"),
    Seed(
      gate: .paths, changes: ["Sources/Language/CSPM/Session.swift": "\n/// As in `Documentation/Semantics`."],
      finding: "Sources/Language/CSPM/Session.swift:2: there is no Documentation/Semantics"),
    Seed(
      gate: .links, changes: ["README.md": "[here](Documentation/Gone.md)"],
      finding: "README.md:1: nothing at Documentation/Gone.md"),
    Seed(
      gate: .links, changes: ["README.md": "[here](ARCHITECTURE.md#no-such-heading)"],
      finding: "README.md:1: nothing at ARCHITECTURE.md#no-such-heading"),
    Seed(
      gate: .links, changes: ["README.md": "[out](../secret.md)"], finding: "README.md:1: nothing at ../secret.md"),
    Seed(
      gate: .decisionNumbers, changes: ["Documentation/Decisions/0004-gap.md": "# 0004. Gap"],
      finding: "Documentation/Decisions/0004-gap.md: expected number 0003"),
    Seed(
      gate: .decisionNumbers, changes: ["Documentation/Decisions/0002-zwei.md": "# 0002. Two of them"],
      finding: "Documentation/Decisions/0002-zwei.md: expected number 0003"),
    Seed(
      gate: .decisionNumbers, changes: ["Documentation/Decisions/0003-which.md": "# Which"],
      finding: "Documentation/Decisions/0003-which.md:1: the heading does not begin with `# 0003. `"),
    Seed(
      gate: .decisionNumbers, changes: ["Documentation/Decisions/notes.md": "# Notes"],
      finding: "Documentation/Decisions/notes.md: the name is not NNNN-title.md"),
    Seed(
      gate: .escapeHatches, changes: ["Sources/Language/CSPM/Session.swift": "final class A: @unchecked Sendable {}"],
      finding: "Sources/Language/CSPM/Session.swift:1: @unchecked Sendable without SAFETY"),
    Seed(
      gate: .escapeHatches, changes: ["Sources/Language/CSPM/Session.swift": "let b = unsafeBitCast(a, to: B.self)"],
      finding: "Sources/Language/CSPM/Session.swift:1: unsafeBitCast without SAFETY"),
    Seed(
      gate: .escapeHatches,
      changes: ["Sources/Language/CSPM/Session.swift": "struct A {\n  private var p: UnsafeMutablePointer<Int>\n}"],
      finding: "Sources/Language/CSPM/Session.swift:2: UnsafeMutablePointer without SAFETY"),
    Seed(
      gate: .escapeHatches,
      changes: [
        "Sources/Language/CSPM/Session.swift": "// SAFETY: of another\n" + String(repeating: "\n", count: 21)
          + "nonisolated(unsafe) var x = 0"
      ],
      finding: "Sources/Language/CSPM/Session.swift:23: nonisolated(unsafe) without SAFETY"),
    Seed(
      gate: .fileLength, changes: ["Sources/Language/CSPM/Session.swift": String(repeating: "\n", count: 601)],
      finding: "Sources/Language/CSPM/Session.swift: 601 lines"),
  ]
}
