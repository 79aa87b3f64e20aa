import ArgumentParser
import CSPM
import CSPMEvaluation
import CSPMSyntax
import Refinement

/// `martlet check`: decides the assertions of scripts.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Decide the assertions of CSPm scripts.",
    discussion: """
      Every assertion gets a verdict: holds, fails (with the shortest counterexample, replayed by an independent
      interpreter and split over the components), undecided (a limit was reached) or error (the script is at fault).

        martlet check design.csp                     every assertion, for people
        martlet check design.csp --assert 1 --assert 3
        martlet check *.csp --format json            one object a file, one line each
        martlet check big.csp --timeout 5m --max-memory 8G --stats
        martlet check design.csp --certify           what holds is decided again by that interpreter
        generate | martlet check -

      Ctrl-C ends the running assertion as undecided and says how far it came; the others are left unchecked. A second
      one ends the command at once.
      """)

  @Argument(help: "CSPm scripts; `-` is standard input.")
  var files: [String]

  @Option(help: "Output for people or for programs.")
  var format = OutputFormat.text

  @Option(name: .customLong("assert"), help: ArgumentHelp("Check this assertion alone, counted from 1; repeat for more.", valueName: "n"))
  var selected: [PositiveCount] = []

  @Option(
    help: ArgumentHelp(
      "Carry out compressions: those of the script and of every sequential part by itself, or none. No verdict depends "
        + "on it."))
  var compress = CompressionChoice.auto

  @Flag(help: "Show what each assertion took: compiling, compressions, plies and bytes.")
  var stats = false

  @Flag(help: "Say how a check gets on also where standard error is no terminal: a line now and then.")
  var progress = false

  @OptionGroup(title: "Certificates") var certificates: CertificateOptions

  @OptionGroup var specification: SpecificationOptions

  @OptionGroup var options: ScriptOptions

  func run() throws {
    let certification = certificates.limits
    let worst = try Stack.run { () -> ExitCode in
      var worst = ExitCode.success
      for path in files {
        let check = FileCheck(
          path: path, selected: selected.map(\.value), reading: options.work.workLimit, limits: limits,
          root: options.root, compresses: compress == .auto, certification: certification)
        let live = LiveReport(path: files.count > 1 ? path : nil, showsStatistics: stats, tellsProgress: progress)
        let report = check.run(live: format == .text ? live : nil) { assertion in
          format == .text || progress ? live.progress(assertion) : nil
        }
        if format == .json { StandardOutput.write(JSONReport(report, showsStatistics: stats).line + "\n") }
        worst = ExitCode.worse(worst, report.exitCode)
      }
      return worst
    }
    throw worst
  }

  /// Of one assertion, counted from now.
  private func limits() -> Limits { specification.applied(to: options.limits()) }
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

enum CompressionChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, none
}

/// What every command that reads a script takes.
struct ScriptOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Give up beyond this many states an assertion.", valueName: "n"))
  var maxStates: PositiveCount?

  @OptionGroup var work: LimitOptions

  @Option(
    help: ArgumentHelp(
      "Search with this many threads, 1 to \(Limits.mostWorkers); by default, one a core. The answers are the same.",
      valueName: "n"))
  var workers: WorkerCount?

  @Option(
    help: ArgumentHelp(
      "Where to store what a large search has found when --max-memory would not be enough for it.", valueName: "dir"))
  var spill: SpillDirectory?

  @Option(help: ArgumentHelp("Files outside this directory may not be included.", valueName: "dir"))
  var root: String?

  static let terms = 2_000_000

  /// Counted from now.
  func limits() -> Limits {
    var limits = work.limits
    limits.states = maxStates?.value
    // What is explored state by state has no end more often than it is large, so that a larger one has to be asked for.
    limits.terms = max(Self.terms, maxStates?.value ?? 0)
    limits.spill = spill?.path
    limits.workers = workers?.value ?? WorkerCount.usual
    return limits
  }
}
