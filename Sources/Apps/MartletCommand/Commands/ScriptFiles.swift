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

  @OptionGroup var work: LimitOptions

  /// - Parameter body: looks at one script and answers what is to be said about it, which decides how the command ends.
  func forEach(_ body: (_ path: String, LoadedScript, WorkLimit) throws -> [Diagnostic]) throws -> Never {
    throw try Stack.run { () -> ExitCode in
      var code = ExitCode.success
      for path in files {
        let limit = work.workLimit
        let loaded = ScriptLoader(reader: DiskReader(), root: root, limit: limit).load(path)
        code = .worse(code, .of(try body(path, loaded, limit)))
      }
      return code
    }
  }
}
