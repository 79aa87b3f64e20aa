import ArgumentParser
import CSPM
import CSPMSyntax
import Refinement

/// The time and memory that every command takes which reads scripts; reaching one ends with the exit code 3.
struct LimitOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Give up beyond this much memory, such as 512M or 8G; by default, most of what there is.", valueName: "size"))
  var maxMemory: ByteCount?

  @Option(
    help: ArgumentHelp(
      "Give up on reading a script, and then on each assertion or expression, after this time, such as 500ms, 30s, 5m.",
      valueName: "time"))
  var timeout: TimeSpan?

  /// Counted from now.
  var limits: Limits {
    var limits = Limits()
    limits.memory = maxMemory?.bytes ?? PhysicalMemory.mostOfIt
    limits.deadline = timeout.map { .now + $0.duration }
    return limits
  }

  /// For reading a script from now on.
  var workLimit: WorkLimit { WorkLimit(limits) }
}

extension ExitCode {
  /// How a command ends that has this to say about a script.
  static func of(_ diagnostics: [Diagnostic]) -> ExitCode {
    diagnostics.filter { $0.severity == .error }.reduce(.success) { code, diagnostic in
      switch diagnostic.id {
      case "limit-reached": worse(code, .undecided)
      case "internal": worse(code, .internalError)
      default: worse(code, .badInput)
      }
    }
  }
}
