// What a user of the modules behind traits may write: ScratchPackageTests builds these files as a package of its own, and
// compares what it prints.

@main struct User {
  static func main() async throws {
    try await services()
    try await metrics()
    try await tracing()
  }
}
