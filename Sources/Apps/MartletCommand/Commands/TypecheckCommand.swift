import ArgumentParser
import CSPM
import CSPMSyntax

/// `martlet typecheck`: the types of scripts, and the mistakes in them.
struct TypecheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "typecheck",
    abstract: "Find the type errors of CSPm scripts, or list the types of their names.",
    discussion: """
      Nothing is evaluated. Every other command that reads a script does this first.

        martlet typecheck design.csp             nothing to say is good news
        martlet typecheck design.csp --types     each name with its principal type
        martlet typecheck *.csp --format json    one object a file, one line each
      """)

  @OptionGroup var scripts: ScriptFiles

  @Flag(help: "List each name of the top level and of the modules with its type.")
  var types = false

  func run() throws {
    try scripts.forEach { path, loaded, limit in
      let script = ScriptTypes(loaded, limit: limit)
      switch scripts.format {
      case .text: writeText(script)
      case .json: StandardOutput.write(JSONText.encoded(TypesReport(path: path, script, listsTypes: types)) + "\n")
      }
      return script.diagnostics
    }
  }

  private func writeText(_ script: ScriptTypes) {
    for diagnostic in script.diagnostics {
      StandardError.write(DiagnosticText.render(diagnostic, script.files))
    }
    guard types else { return }
    for entry in script.entries { StandardOutput.write("\(entry.name) :: \(entry.type)\n") }
  }
}
