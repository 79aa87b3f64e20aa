import ArgumentParser
import CSPM
import CSPMEvaluation
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

  @Argument(help: "CSPm scripts; `-` is standard input.")
  var files: [String]

  @Flag(help: "List each name of the top level and of the modules with its type.")
  var types = false

  @Option(help: "Output for people or for programs.")
  var format = OutputFormat.text

  @Option(help: ArgumentHelp("Files outside this directory may not be included.", valueName: "dir"))
  var root: String?

  func run() throws {
    throw try Stack.run { () -> ExitCode in
      var code = ExitCode.success
      for path in files {
        let script = ScriptTypes(ScriptLoader(reader: DiskReader(), root: root).load(path))
        if script.hasErrors { code = .badInput }
        switch format {
        case .text: writeText(script)
        case .json: StandardOutput.write(try TypesReport(path: path, script, listsTypes: types).line() + "\n")
        }
      }
      return code
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
