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

  private static let lifecycle =
    ", .package(url: \"https://github.com/swift-server/swift-service-lifecycle\", from: \"2.8.0\"),"
    + " .package(url: \"https://github.com/apple/swift-log\", from: \"1.6.0\")"
  private static let lifecycleProducts =
    ".product(name: \"ServiceLifecycle\", package: \"swift-service-lifecycle\"),"
    + " .product(name: \"Logging\", package: \"swift-log\"),"

  /// What a program that uses CSPServices may write, and what it prints: a service of swift-service-lifecycle that
  /// fails once, below a supervisor; and the supervisor as a service of a group, which is shut down gracefully.
  private static let servicesProgram =
    ["CSPNursery", "CSPServices", "Logging", "ServiceLifecycle", "Synchronization"]
    .map { "import \($0)\n" }.joined() + """
    final class Flaky: Service {
      let starts = Mutex(0)
      struct Down: Error {}
      func run() async throws {
        let start = starts.withLock { $0 += 1; return $0 }
        print("start \\(start)")
        if start == 1 { throw Down() }
        try await gracefulShutdown()
        print("graceful")
      }
    }
    @main struct User {
      static func main() async throws {
        let flaky = Flaky()
        let alone = Supervisor([SupervisedService("flaky", service: flaky)], backoff: RestartBackoff(first: .zero))
        try await withServices(alone) { _ in while flaky.starts.withLock({ $0 }) < 2 { await Task.yield() } }
        let waits = SupervisedService("waits") { shutdown in
          try await shutdown.wait()
          print("asked")
        }
        let group = ServiceGroup(
          configuration: .init(
            services: [
              .init(service: ServiceNursery(Supervisor([waits])), successTerminationBehavior: .gracefullyShutdownGroup)
            ], logger: Logger(label: "user")))
        await withThrowingTaskGroup { tasks in
          tasks.addTask { try await group.run() }
          await group.triggerGracefulShutdown()
        }
        print("end")
      }
    }
    """

  @Test(.timeLimit(.minutes(20)))
  func `with the trait for services, supervisors and services go together`() throws {
    try withScratchPackage(
      traits: ", traits: [\"ServiceLifecycle\"]", product: "CSPServices", program: Self.servicesProgram
    ) { package in
      let run = try run(["swift", "run", "--package-path", package.path, "User"])
      #expect(run.output == "start 1\nstart 2\ngraceful\nasked\nend\n")
      #expect(!names(in: package.appending(path: ".build/checkouts")).contains("swift-argument-parser"))
    }
  }

  /// - Parameter program: An executable's source; else the package is a library that imports the product.
  private func withScratchPackage(
    traits: String, product: String = "Refinement", program: String? = nil, _ body: (URL) throws -> Void
  ) throws {
    try withTemporaryFolder { package in
      let root = Repository.root.standardizedFileURL
      let manifest = [
        "// swift-tools-version: 6.2",
        "import PackageDescription",
        "let package = Package(",
        "  name: \"user\", platforms: [.macOS(.v15)],",
        "  dependencies: [.package(path: \"\(root.path)\"\(traits))\(program == nil ? "" : Self.lifecycle)],",
        "  targets: [.\(program == nil ? "target" : "executableTarget")(name: \"User\", dependencies: [",
        "    \(program == nil ? "" : Self.lifecycleProducts)",
        "    .product(name: \"\(product)\", package: \"\(root.lastPathComponent.lowercased())\")])])",
      ].joined(separator: "\n")
      let sources = package.appending(path: "Sources/User")
      try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
      try manifest.write(to: package.appending(path: "Package.swift"), atomically: true, encoding: .utf8)
      try (program ?? "import \(product)").write(
        to: sources.appending(path: "User.swift"), atomically: true, encoding: .utf8)
      try body(package)
    }
  }

  private func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }
}
