// `swift package martlet-lint`: the linter over the targets of a package.
//
// A command and no part of every build: whoever builds a program that uses Martlet does not wait for it. It hands its
// arguments on; without a path among them the linter checks the whole package. `--target <name>` adds the sources of a
// target.
import Foundation
import PackagePlugin

@main struct MartletLint: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) throws {
    var arguments = ArgumentExtractor(arguments)
    let named = arguments.extractOption(named: "target")
    let folders = try Self.sources(of: context.package.targets(named: named), in: context)
    let process = Process()
    process.executableURL = try context.tool(named: "martlet-lint").url
    process.arguments = arguments.remainingArguments + folders
    process.currentDirectoryURL = context.package.directoryURL
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus != 0 { Diagnostics.error("martlet-lint ended with \(process.terminationStatus)") }
  }

  /// The folders of targets that have Swift sources, as paths from the package on.
  private static func sources(of targets: [any Target], in context: PluginContext) -> [String] {
    let root = context.package.directoryURL.path + "/"
    let folders = targets.compactMap { ($0 as? any SourceModuleTarget)?.directoryURL.path }.map { path in
      path.hasPrefix(root) ? String(path.dropFirst(root.count)) : path
    }
    return Set(folders).sorted()
  }
}
