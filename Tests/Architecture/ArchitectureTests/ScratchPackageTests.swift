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
      #expect(modules == ["OperationalSemantics", "ProcessTerms", "Refinement", "TransitionSystems", "User"])
    }
  }

  @Test(.timeLimit(.minutes(20)))
  func `with the default traits, the argument parser is fetched and no other package`() throws {
    try withScratchPackage(traits: "") { package in
      try run(["swift", "package", "--package-path", package.path, "resolve"])
      #expect(names(in: package.appending(path: ".build/checkouts")) == ["swift-argument-parser"])
    }
  }

  private func withScratchPackage(traits: String, _ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { package in
      let root = Repository.root.standardizedFileURL
      let manifest = [
        "// swift-tools-version: 6.2",
        "import PackageDescription",
        "let package = Package(",
        "  name: \"user\", dependencies: [.package(path: \"\(root.path)\"\(traits))],",
        "  targets: [.target(name: \"User\", dependencies: [",
        "    .product(name: \"Refinement\", package: \"\(root.lastPathComponent.lowercased())\")])])",
      ].joined(separator: "\n")
      let sources = package.appending(path: "Sources/User")
      try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
      try manifest.write(to: package.appending(path: "Package.swift"), atomically: true, encoding: .utf8)
      try "import Refinement".write(to: sources.appending(path: "User.swift"), atomically: true, encoding: .utf8)
      try body(package)
    }
  }

  private func names(in folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }
}
