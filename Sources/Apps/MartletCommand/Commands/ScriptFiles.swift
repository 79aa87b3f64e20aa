import ArgumentParser
import CSPMEvaluation
import CSPMSyntax

/// What the commands take that look at each of several scripts by itself and evaluate nothing.
struct ScriptFiles: ParsableArguments {
  @Argument(help: "CSPm scripts; `-` is standard input.")
  var files: [String]

  @Option(help: "Output for people, or one object a file for programs.")
  var format = OutputFormat.text

  @Option(help: ArgumentHelp("Files outside this directory may not be included.", valueName: "dir"))
  var root: String?

  /// Ends with bad input where `body` says that a script has mistakes.
  func forEach(_ body: (_ path: String, LoadedScript) throws -> Bool) throws -> Never {
    throw try Stack.run { () -> ExitCode in
      var code = ExitCode.success
      for path in files {
        if try !body(path, ScriptLoader(reader: DiskReader(), root: root).load(path)) { code = .badInput }
      }
      return code
    }
  }
}
