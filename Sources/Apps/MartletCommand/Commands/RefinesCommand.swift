import ArgumentParser
import CSPM
import CSPMEvaluation
import CSPMSyntax
import Refinement

/// `martlet refines`: takes the arguments of FDR's `refines` and answers in its forms, for scripts that call it.
struct RefinesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "refines",
    abstract: "Check scripts with the arguments and reports of FDR's `refines`.",
    discussion: """
      For what was written for FDR: the flags, the layout of the text and the fields of
      the machine-readable forms are those of `refines`. Its options for the engine, as
      in `--refinement-storage-compressor Zip`, are taken; those without a meaning here
      are named on standard error and change nothing.

        martlet refines design.csp
        martlet refines --format json design.csp | jq '.results[].result'
        martlet refines --brief --strict *.csp

      Exit codes, as of `refines`: 0 when the report could be written, whatever it says ·
      2 bad usage or an unreadable file. With --strict those of `martlet check`: 1 when
      an assertion fails, 2 when a script has mistakes, 3 undecided, 4 internal.
      """)

  @Argument(help: "CSPm scripts; `-` is standard input.")
  var files: [String] = []

  @Option(
    help: ArgumentHelp("Write the script and all it includes to a tar file, and check nothing.", valueName: "file"))
  var archive: String?

  @Flag(name: .shortAndLong, help: "One line an assertion.")
  var brief = false

  @Flag(name: .shortAndLong, help: "Divide counterexamples into the behaviours of their components.")
  var divide = false

  @Option(name: .shortAndLong, help: "Form of the report.")
  var format = RefinesFormat.colour

  @Flag(name: .shortAndLong, help: "Say nothing beside the report.")
  var quiet = false

  @Option(help: ArgumentHelp("Not available here: run martlet on that host.", valueName: "host"))
  var remote: String?

  @Option(help: ArgumentHelp("Not available here.", valueName: "path"))
  var remotePath: String?

  @Flag(help: "Show τ in traces.")
  var revealTaus = false

  @Flag(help: "Exit codes as of `martlet check`.")
  var strict = false

  @Flag(name: .shortAndLong, help: "Only type-check the scripts.")
  var typecheck = false

  @Flag(name: [.customShort("v"), .customLong("version")], help: "Show the version.")
  var showsVersion = false

  @OptionGroup(title: "Options of FDR's engine") var engine: RefinesOptions

  @OptionGroup var work: LimitOptions

  /// Counted from now.
  private var limits: Limits { engine.applied(to: work.limits) }

  func validate() throws {
    if remote != nil || remotePath != nil {
      throw ValidationError("`--remote` is not available: start martlet on that host, for instance by ssh")
    }
    if files.isEmpty && !showsVersion { throw ValidationError("name a script, or `-` for standard input") }
    if archive != nil && files.count != 1 { throw ValidationError("`--archive` takes one script") }
  }

  func run() throws {
    if showsVersion {
      StandardOutput.write(Martlet.configuration.version + "\n")
      return
    }
    if !quiet {
      for name in engine.withoutMeaning { StandardError.write("note: `--\(name)` has no meaning here\n") }
    }
    throw try Stack.run { () -> ExitCode in
      var code = ExitCode.success
      for path in files { code = .worse(code, try run(path)) }
      return code
    }
  }

  private func run(_ path: String) throws -> ExitCode {
    let reading = WorkLimit(limits)
    let loaded = ScriptLoader(reader: DiskReader(), limit: reading).load(path)
    if loaded.files.files.isEmpty {
      for diagnostic in loaded.diagnostics { StandardError.write(DiagnosticText.render(diagnostic, loaded.files)) }
      return .badInput
    }
    if let archive { return try write(loaded, to: archive) }
    if typecheck { return typecheck(loaded, path, reading) }
    let session = ScriptSession(loaded, path: path, limit: reading)
    var report = FileReport(session: session, diagnostics: session.diagnostics)
    let text = RefinesText(
      isBrief: brief, divides: divide, revealsTaus: revealTaus, isQuiet: quiet,
      style: Style(isColoured: format == .colour && StandardOutput.isTerminal))
    if format.isText { text.begin(report) }
    for print in session.prints {
      let result = Result { try session.text(of: print, limits: limits) }
      report.prints.append((print, result.mapError { session.asDiagnostic($0, at: print.span) }))
      if format.isText { text.printed(report.prints.last!, in: session) }
    }
    for assertion in session.assertions {
      let result = session.check(assertion, limits: limits)
      report.results.append(result)
      if format.isText { text.finished(result, in: session) }
      if format == .framed_json { StandardOutput.write(JSONReport(frame: result, of: report).line + "\n") }
    }
    switch format {
    case .colour, .plain: break
    case .json: StandardOutput.write(JSONReport(report).line + "\n")
    case .framed_json:
      // What no assertion's frame says.
      if session.assertions.isEmpty || !report.diagnostics.isEmpty || !report.prints.isEmpty {
        report.results = []
        StandardOutput.write(JSONReport(report).line + "\n")
      }
    case .xml: StandardOutput.write(ReportTree(json: JSONReport(report).line).xml)
    case .yaml: StandardOutput.write(ReportTree(json: JSONReport(report).line).yaml)
    }
    return strict ? report.exitCode : .success
  }

  private func typecheck(_ loaded: LoadedScript, _ path: String, _ limit: WorkLimit) -> ExitCode {
    let script = ScriptTypes(loaded, limit: limit)
    for diagnostic in script.diagnostics { StandardError.write(DiagnosticText.render(diagnostic, script.files)) }
    if !script.hasErrors && !quiet { StandardOutput.write("\(path): no type errors\n") }
    return .of(script.diagnostics)
  }

  private func write(_ loaded: LoadedScript, to archive: String) throws -> ExitCode {
    if loaded.hasErrors {
      for diagnostic in loaded.diagnostics { StandardError.write(DiagnosticText.render(diagnostic, loaded.files)) }
      return .of(loaded.diagnostics)
    }
    do throws(SourceReadingFailure) {
      try DiskReader().create(archive, ScriptArchive(loaded.files).bytes)
      return .success
    } catch {
      StandardError.write("cannot write `\(archive)`: \(error.reason)\n")
      return .badInput
    }
  }
}

/// The forms of a report, by the names of `refines`.
enum RefinesFormat: String, ExpressibleByArgument, CaseIterable {
  case colour, plain, json, framed_json, xml, yaml
  var isText: Bool { self == .colour || self == .plain }
}
