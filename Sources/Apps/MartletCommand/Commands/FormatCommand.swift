import ArgumentParser
import CSPMEvaluation
import CSPMSyntax

/// `martlet format`: scripts in one style, comments kept.
struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "format",
    abstract: "Print scripts in one style, comments kept.",
    discussion: """
      Sets indentation and blanks, and breaks lines of more than \(ScriptFormatter.width) columns at
      the loosest operators. Line breaks that were written stay, several empty lines
      become one, comments stay where they are, and no token changes: the script
      means what it meant. Files that are included are not touched.

        martlet format design.csp             to standard output
        martlet format --in-place *.csp
        martlet format --check *.csp          names the files that would change
        generate | martlet format -

      Exit codes: 0 well · 1 with --check, a file would change · 2 a script has
      mistakes or cannot be read or written · 3 a limit was reached.
      """)

  @Argument(help: "CSPm scripts; `-` is standard input.")
  var files: [String]

  @Flag(help: "Write each script back to its file.")
  var inPlace = false

  @Flag(help: "Write nothing; name the files that would change.")
  var check = false

  @OptionGroup var work: LimitOptions

  func validate() throws {
    if check && inPlace { throw ValidationError("`--check` writes nothing, so `--in-place` cannot stand beside it") }
    if inPlace && files.contains("-") { throw ValidationError("standard input cannot be written in place") }
  }

  func run() throws {
    throw try Stack.run { () -> ExitCode in
      var code = ExitCode.success
      for path in files { code = .worse(code, format(path)) }
      return code
    }
  }

  private func format(_ path: String) -> ExitCode {
    let reader = DiskReader()
    do throws(SourceReadingFailure) {
      let bytes = try reader.read(path)
      switch ScriptFormatter.format(bytes, path: path, limit: work.workLimit) {
      case .mistakes(let diagnostics, let files):
        for diagnostic in diagnostics { StandardError.write(DiagnosticText.render(diagnostic, files)) }
        return .of(diagnostics)
      case .defect:
        StandardError.write("internal error: `\(path)` would change its meaning; please report it with the script\n")
        return .internalError
      case .formatted(let formatted) where check:
        if formatted == bytes { return .success }
        StandardOutput.write(path + "\n")
        return .findings
      case .formatted(let formatted) where inPlace:
        if formatted != bytes { try reader.replace(path, by: formatted) }
        return .success
      case .formatted(let formatted):
        StandardOutput.write(formatted)
        return .success
      }
    } catch {
      let action = inPlace ? "format" : "read"
      let diagnostic = Diagnostic(id: "unreadable-file", "cannot \(action) `\(path)`: \(error.reason)", at: nil)
      StandardError.write(DiagnosticText.render(diagnostic, SourceFiles()))
      return .badInput
    }
  }
}
