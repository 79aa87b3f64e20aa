public import ArgumentParser

/// The command `martlet`: its subcommands, and the exit codes that they share.
public struct Martlet: ParsableCommand {
  static let version = "0.1.0"

  public static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "Verify concurrent designs written in CSPm: refinement, deadlock, divergence, determinism.",
    discussion: """
      A script holds processes and assertions about them. `martlet check` decides every assertion and shows, for one
      that fails, the shortest behaviour that breaks it and which component did what.

        martlet check design.csp
        martlet check design.csp --assert 2 --format json
        martlet typecheck design.csp --types
        martlet eval design.csp 'card(Events)'
        martlet graph design.csp --process BUFFER --format dot | dot -Tsvg > buffer.svg

      Exit codes: 0 everything holds · 1 an assertion fails · 2 bad usage or bad input · 3 undecided, a limit was
      reached · 4 an internal error. Of several, 4 wins over 2, 2 over 1, 1 over 3.
      """,
    version: "martlet \(version)",
    subcommands: [
      CheckCommand.self, CompareCommand.self, EvalCommand.self, FormatCommand.self, GraphCommand.self,
      LspCommand.self, ParseCommand.self, RefinesCommand.self, TypecheckCommand.self,
    ])

  public init() {}

  /// Runs the command line and ends the process with one of the exit codes.
  public static func start(_ arguments: [String]) -> Never {
    let code: ExitCode
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
      code = .success
    } catch let exit as ExitCode {
      code = exit
    } catch {
      // Help and the version end well; whatever else the parser has to say is bad usage.
      let message = fullMessage(for: error)
      if exitCode(for: error).isSuccess {
        StandardOutput.write(message + "\n")
        code = .success
      } else {
        StandardError.write(message + "\n")
        code = .badInput
      }
    }
    exit(withError: code)
  }
}

extension ExitCode {
  /// An assertion fails, or a comparison finds a difference.
  static let findings = ExitCode(1)
  /// Bad usage or bad input.
  static let badInput = ExitCode(2)
  /// A limit was reached.
  static let undecided = ExitCode(3)
  /// A defect of ours.
  static let internalError = ExitCode(4)

  /// Of two outcomes, the one that the command ends with: 4, 2, 1, 3, 0.
  static func worse(_ a: ExitCode, _ b: ExitCode) -> ExitCode {
    let order: [Int32] = [4, 2, 1, 3, 0]
    let rank = { (code: ExitCode) in order.firstIndex(of: code.rawValue) ?? 0 }
    return rank(a) <= rank(b) ? a : b
  }
}
