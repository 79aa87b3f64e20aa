/// What the guide says that the compiler says of a program: the compiler of the tests, on the modules that they were
/// built with.
import Foundation
import Testing

@Suite("words of the compiler") struct CompilerWordsTests {
  /// Where the tests and all modules were built.
  private static func products() throws -> URL {
    var folder = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: folder.appending(path: "Modules").path) {
      try #require(folder.pathComponents.count > 1, "no modules beside the tests")
      folder = folder.deletingLastPathComponent()
    }
    return folder
  }

  /// The first error in a program that uses the library; nil if it has none.
  private func firstError(in program: String) throws -> Substring? {
    let products = try Self.products()
    return try withTemporaryFolder { folder in
      let source = folder.appending(path: "Program.swift")
      try program.write(to: source, atomically: true, encoding: .utf8)
      let command = [
        "swiftc", "-typecheck", "-swift-version", "6", "-I", products.appending(path: "Modules").path,
        "-Xcc", "-fmodule-map-file=\(products.appending(path: "CScheduling.build/module.modulemap").path)", source.path,
      ]
      do {
        try run(command)
        return nil
      } catch let failure as CommandFailure {
        let line = failure.output.split(separator: "\n").first { $0.contains("error: ") }
        return line.flatMap { $0.firstRange(of: "error: ").map { range in line![range.lowerBound...] } }
      }
    }
  }

  @Test func `a channel that may be nil has to be unwrapped, in the words of the page`() throws {
    let program = """
      import \("CSP")
      func next(_ jobs: Channel<Int>?) async throws -> Int? { try await jobs.receive() }
      """
    let path = Repository.root.appending(path: "Sources/Runtime/CSP/CSP.docc/MistakeNilChannel.md")
    let page = try String(contentsOf: path, encoding: .utf8)
    let error = try #require(try firstError(in: program))
    #expect(page.contains("    \(error)\n"))
    #expect(try firstError(in: program.replacing("jobs.receive", with: "jobs?.receive")) == nil)
  }
}
