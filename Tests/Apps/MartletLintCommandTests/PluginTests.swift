/// The command plugin, in a package that depends on this one.
#if Lint
  import Foundation
  import Testing

  @Suite("the plugin") struct PluginTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().standardizedFileURL

    /// It builds the linter once more, since a plugin's tools are built for the package that asks; what it built stays
    /// below `.build`, for the next run.
    @Test(.timeLimit(.minutes(30)))
    func `checks the package that runs it, or one of its targets`() throws {
      let workspace = try Workspace([
        "Package.swift": """
        // swift-tools-version: 6.2
        \("import") PackageDescription
        let package = Package(
          name: "sample", platforms: [.macOS(.v15)],
          dependencies: [.package(path: "\(Self.root.path)", traits: ["Lint"])],
          targets: [.target(name: "One"), .target(name: "Two")])
        """,
        "Sources/One/One.swift": InputTests.task + "func run() async {}\n", "Sources/Two/Two.swift": "let two = 2\n",
      ])
      let swift = [
        "swift", "package", "--scratch-path", Self.root.appending(path: ".build/lint-plugin").path, "martlet-lint",
      ]
      let all = try workspace.run("/usr/bin/env", swift)
      #expect(all.lines == [InputTests.line("Sources/One/One.swift")], "\(all.errors)")
      #expect(all.status != 0)
      let two = try workspace.run("/usr/bin/env", swift + ["--target", "Two"])
      #expect(two.output == "" && two.status == 0, "\(two.errors)")
    }
  }
#endif
