public import ArgumentParser
import CSPM
import CSPMEvaluation
import CSPMSyntax
public import Refinement

/// `martlet compare`: whether two processes of a script mean the same.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Tell whether two processes are equivalent, or which way refinement fails.",
    discussion: "  martlet compare design.csp BUFFER 'CHAIN(1)' --model FD")

  @Argument(help: "A CSPm script; `-` is standard input.")
  var file: String

  @Argument(help: "The first process.")
  var p: String

  @Argument(help: "The second process.")
  var q: String

  @Option(help: "The semantic model: T (traces), F (failures) or FD (failures-divergences).")
  var model = SemanticModel.failuresDivergences

  @OptionGroup var specification: SpecificationOptions

  @OptionGroup var options: ScriptOptions

  func run() throws {
    throw try Stack.run { () -> ExitCode in
      let script = OpenScript(file, options)
      if script.hasErrors { return script.exitCode }
      var place: Span?
      do {
        let (first, second) = (try script.expression(p), try script.expression(q))
        place = first.span
        let comparison = try script.session.compare(
          first, second, model, limits: specification.applied(to: options.limits()))
        return report(comparison, script.session)
      } catch {
        return script.report(error, at: place)
      }
    }
  }

  private func report(_ comparison: ScriptComparison, _ session: ScriptSession) -> ExitCode {
    let style = Style(isColoured: StandardOutput.isTerminal)
    if case .holds = comparison.forward, case .holds = comparison.backward {
      StandardOutput.write("\(style.good("equivalent"))  \(p) =\(model.rawValue) \(q)\n")
      return .success
    }
    var code = ExitCode.success
    for (left, right, answer) in [(p, q, comparison.forward), (q, p, comparison.backward)] {
      let text = "\(left) [\(model.rawValue)= \(right)"
      switch answer {
      case .holds: StandardOutput.write("\(style.good("holds    "))  \(text)\n")
      case .undecided(let limit):
        StandardOutput.write("\(style.open("undecided"))  \(text)\n           \(limit.words)\n")
        code = .worse(code, .undecided)
      case .fails(let counterexample):
        StandardOutput.write("\(style.bad("fails    "))  \(text)\n")
        for line in CounterexampleText(session).lines(counterexample, style) {
          StandardOutput.write("           \(line)\n")
        }
        code = .worse(code, .findings)
      }
    }
    return code
  }
}

extension SemanticModel: ExpressibleByArgument {}
