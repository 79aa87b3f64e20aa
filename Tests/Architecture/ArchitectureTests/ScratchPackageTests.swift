/// What a user of the library pays for: a scratch package that depends on this one is resolved and built.
///
/// SwiftPM fetches whatever a package declares, used or not, unless a trait that is off guards it; hence the traits in
/// Package.swift. It compiles only what the product needs.
import Foundation
import Testing

@Suite("a package that uses this one") struct ScratchPackageTests {
  @Test(.timeLimit(.minutes(20)))
  func `with no traits, the checker fetches nothing and compiles nothing but itself`() throws {
    try withScratchPackage(traits: ", traits: []") { package in
      try run(["swift", "build", "--package-path", package.path, "--target", "User"])
      #expect(names(in: package.appending(path: ".build/checkouts")) == [])
      #expect(names(in: package.appending(path: ".build/repositories")) == [])
      let modules = names(in: package.appending(path: ".build/debug/Modules"))
        .filter { $0.hasSuffix(".swiftmodule") }.map { $0.prefix { $0 != "." }.description }
      #expect(
        modules == ["Compression", "OperationalSemantics", "ProcessTerms", "Refinement", "TransitionSystems", "User"])
    }
  }

  @Test(.timeLimit(.minutes(20)))
  func `with the default traits, the argument parser is fetched and no other package`() throws {
    try withScratchPackage(traits: "") { package in
      try run(["swift", "package", "--package-path", package.path, "resolve"])
      #expect(names(in: package.appending(path: ".build/checkouts")) == ["swift-argument-parser"])
    }
  }

  @Test(.timeLimit(.minutes(20)))
  func `with the trait for the linter, what it needs is fetched`() throws {
    try withScratchPackage(traits: ", traits: [\"Lint\"]") { package in
      try run(["swift", "package", "--package-path", package.path, "resolve"])
      #expect(names(in: package.appending(path: ".build/checkouts")) == ["Yams", "swift-argument-parser", "swift-syntax"])
    }
  }

  /// What a program that uses the modules behind traits needs beside them.
  private static let packages = [
    (url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0", products: ["ServiceLifecycle"]),
    (url: "https://github.com/apple/swift-log", from: "1.6.0", products: ["Logging"]),
    (url: "https://github.com/apple/swift-metrics", from: "2.5.0", products: ["MetricsTestKit"]),
    (
      url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0",
      products: ["InMemoryTracing", "Tracing"]
    ),
  ]

  private static let services = "start 1\nstart 2\ngraceful\nasked\nservices end\n"
  private static let metrics = """
    at once: meters [[2.0], [2.0], [0.0]], counters [[2], [0]], tasks 1.0 of 1
    after nine seconds: meters [[2.0], [2.0], [0.0]], counters [[2], [0]], tasks 1.0 of 1
    after ten seconds: meters [[2.0], [2.0], [1.0]], counters [[2], [1]], tasks 2.0 of 2
    at the end: meters [[2.0], [2.0], [0.0]], counters [[3], [1]], tasks 1.0 of 2
    unbounded: 0, blocked: 1
    served

    """
  private static let tracing = """
    good is 42
    fetches: nursery "fetches": Broken()
    idle: nursery "idle": cancelled on request
    quiet: 7
    ["page a", "page b"]
    child below fetches: error Broken(), 1 errors
    fetch below fetches: no status, 0 errors
    fetch below fetches: no status, 0 errors
    fetches below nothing: no status, 0 errors
    fetches below request: error Broken(), 1 errors
    good below fetches: no status, 0 errors
    idle below request: error cancelled, 0 errors, cancelled
    query below good: no status, 0 errors
    quiet below request: no status, 0 errors
    request below nothing: no status, 0 errors
    slow below fetches: error cancelled, 0 errors, cancelled
    0 spans are open
    string("User/Tracing.swift") int64(3)

    """

  @Test(.timeLimit(.minutes(20)))
  func `with the traits for services, metrics and spans, each works with the package that it is for`() throws {
    try withScratchPackage(
      traits: ", traits: [\"ServiceLifecycle\", \"Metrics\", \"Tracing\"]",
      products: ["CSP", "CSPServices", "CSPMetrics", "CSPTracing"], program: "Tests/Support/TraitPrograms"
    ) { package in
      let run = try run(["swift", "run", "--package-path", package.path, "User"])
      #expect(run.output == Self.services + Self.metrics + Self.tracing)
      #expect(!names(in: package.appending(path: ".build/checkouts")).contains("swift-argument-parser"))
    }
  }

  /// - Parameter program: A folder of this repository with an executable's sources; else the package is a library that
  ///   imports the products.
  private func withScratchPackage(
    traits: String, products: [String] = ["Refinement"], program: String? = nil, _ body: (URL) throws -> Void
  ) throws {
    try withTemporaryFolder { package in
      let root = Repository.root.standardizedFileURL
      let others = program == nil ? [] : Self.packages
      let used =
        others.map { (package: String($0.url.split(separator: "/").last ?? ""), products: $0.products) }
        + [(package: root.lastPathComponent.lowercased(), products: products)]
      let manifest = [
        "// swift-tools-version: 6.2",
        "import PackageDescription",
        "let package = Package(",
        "  name: \"user\", platforms: [.macOS(.v15)],",
        "  dependencies: [",
        "    .package(path: \"\(root.path)\"\(traits)),",
        others.map { "    .package(url: \"\($0.url)\", from: \"\($0.from)\"),\n" }.joined(),
        "  ],",
        "  targets: [.\(program == nil ? "target" : "executableTarget")(name: \"User\", dependencies: [",
        used.flatMap { used in
          used.products.map { "    .product(name: \"\($0)\", package: \"\(used.package)\"),\n" }
        }.joined(),
        "  ])])",
      ].joined(separator: "\n")
      let sources = package.appending(path: "Sources/User")
      try FileManager.default.createDirectory(
        at: sources.deletingLastPathComponent(), withIntermediateDirectories: true)
      try manifest.write(to: package.appending(path: "Package.swift"), atomically: true, encoding: .utf8)
      if let program {
        try FileManager.default.copyItem(at: root.appending(path: program), to: sources)
      } else {
        try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
        try products.map { "import \($0)\n" }.joined().write(
          to: sources.appending(path: "User.swift"), atomically: true, encoding: .utf8)
      }
      try body(package)
    }
  }

  private func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }
}
