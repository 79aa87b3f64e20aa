// The command `martlet-lint`: what it is asked to do, in which order, and how it ends.
//
// I1. It reads sources and never runs them; of other programs it starts `git` alone, and only for `--since`.
// I2. It writes nothing but what `--fix`, `--write-baseline` and `--cache` ask for.
#if Lint
  public import ArgumentParser
  import ConcurrencyLint
  import Foundation

  /// The command `martlet-lint`.
  public struct MartletLint: ParsableCommand {
    public static let configuration = CommandConfiguration(
      commandName: "martlet-lint",
      abstract: "Find mistakes in concurrent Swift and Go: tasks without an owner, lost errors, forgotten senders.",
      discussion: """
        Reads sources, and never builds or runs them. Without a path it checks the current folder.

          martlet-lint Sources
          martlet-lint --explain unowned-task
          martlet-lint --since origin/main --format github
          martlet-lint --write-baseline .martlet-baseline.json

        A comment ends a finding: `// martlet: owned by <who> <why>` for a task, and
        `// martlet:disable:next <rule> <reason>` for any rule; those that end nothing
        are reported.

        Go files are checked without a Go toolchain.

        Exit codes: 0 nothing found, or notes alone · 1 findings · 2 bad usage, or a
        file that cannot be read or parsed · 4 an internal error.
        """,
      version: "martlet-lint \(Linter.version)")

    @Argument(help: "Files and folders; those that are named are checked, hidden or not.")
    var paths: [String] = ["."]

    @Option(help: "How to report: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format: ReportFormat = .text

    @Option(help: "Rules, severities and paths, in YAML. Default: \(Configuration.usualFile), where there is one.")
    var config: String?

    @Option(name: .customLong("rule"), help: "Apply this rule and no other; may be repeated.")
    var onlyRules: [String] = []

    @Flag(help: "Apply the rules too that are off by default.")
    var allRules = false

    @Option(help: "Say what a rule is for, with examples, and end.")
    var explain: String?

    @Flag(help: "List the rules, and end.")
    var listRules = false

    @Option(help: "Report what stands in lines that changed since this commit.")
    var since: String?

    @Option(help: "Report nothing that this baseline holds.")
    var baseline: String?

    @Option(help: "Write what was found to this file, as a baseline, and report nothing.")
    var writeBaseline: String?

    @Flag(help: "Mend what can be mended without a change of meaning; report the rest.")
    var fix = false

    @Option(help: "Keep results in this file, by the content of the sources, and use those that are there.")
    var cache: String?

    @Option(
      name: .customLong("go"),
      help: "The language version of Go files, such as 1.22. Default: that of the nearest go.mod, else the newest.",
      transform: { text in
        guard let version = GoVersion(text) else { throw ValidationError("`--go` is a version such as 1.22") }
        return version
      })
    var goVersion: GoVersion?

    @Option(help: "Threads. Default: as many as there are processors.")
    var jobs: Int?

    @Option(help: "Bytes of the largest file that is read.")
    var largest: Int = 4 << 20

    public init() {}

    public func validate() throws {
      if let jobs, jobs < 1 { throw ValidationError("`--jobs` is at least 1") }
      if largest < 1 { throw ValidationError("`--largest` is at least 1") }
      if fix && writeBaseline != nil { throw ValidationError("`--fix` and `--write-baseline` are two different runs") }
    }

    public func run() throws {
      if listRules { return StandardStreams.output(RuleList.text) }
      if let explain { return StandardStreams.output(try page(of: explain)) }
      throw try check()
    }

    private func page(of rule: String) throws -> String {
      guard let description = (Linter.allRules + RuleDescription.directives).first(where: { $0.id == rule }) else {
        throw InputError("there is no rule `\(rule)`; `--list-rules` lists them")
      }
      return description.page
    }

    private func check() throws -> ExitCode {
      let configuration = try Configuration.read(config).restricted(to: onlyRules, all: allRules)
      let known = try baseline.map { try Baseline(path: $0) }
      let changes = try since.map { try Changes(since: $0) }
      let found = Discovery(configuration: configuration).files(in: paths)
      var session = Session(configuration: configuration, largest: largest, jobs: jobs, go: goVersion, cache: cache)
      var results = session.lint(found.files)
      if fix {
        let mended = session.mend(results.map { $0.kept(since: changes, unlessIn: known) })
        StandardStreams.error("mended \(mended.count) finding\(mended.count == 1 ? "" : "s")\n")
        if !mended.files.isEmpty { results = session.lint(found.files) }
      }
      try session.saveCache()
      if let writeBaseline {
        try Baseline(results).write(to: writeBaseline)
        return results.exitCode(problems: found.problems, countingFindings: false)
      }
      let kept = results.map { $0.kept(since: changes, unlessIn: known) }
      StandardStreams.output(format.report(kept, problems: found.problems))
      for note in found.notes { StandardStreams.error("note: \(note)\n") }
      return kept.exitCode(problems: found.problems, countingFindings: true)
    }

    /// Runs the command line and ends the process with one of the exit codes.
    public static func start(_ arguments: [String]) -> Never {
      var code: ExitCode
      do {
        let command = try parse(arguments)
        try command.run()
        code = .success
      } catch let exit as ExitCode {
        code = exit
      } catch let error as InputError {
        StandardStreams.error("error: \(error.message)\n")
        code = ExitCode(2)
      } catch {
        // Help and the version end well; whatever else the parser has to say is bad usage.
        code = exitCode(for: error).isSuccess ? .success : ExitCode(2)
        let message = fullMessage(for: error) + "\n"
        if code == .success { StandardStreams.output(message) } else { StandardStreams.error(message) }
      }
      Self.exit(withError: code)
    }
  }

  extension [FileResult] {
    /// 2 where something could not be read, else 1 where there are findings that are more than notes.
    fileprivate func exitCode(problems: [InputProblem], countingFindings: Bool) -> ExitCode {
      if !problems.isEmpty || contains(where: { $0.report.problem != nil }) { return ExitCode(2) }
      let matters = contains { $0.report.findings.contains { $0.severity != .note } }
      return countingFindings && matters ? ExitCode(1) : .success
    }
  }

  /// What is wrong with the command line or with a file that it names.
  struct InputError: Error {
    var message: String
    init(_ message: String) { self.message = message }
  }

  enum StandardStreams {
    static func output(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
    static func error(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
  }
#endif
