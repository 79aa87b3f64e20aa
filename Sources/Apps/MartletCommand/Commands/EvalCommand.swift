import ArgumentParser
import CSPM
import CSPMEvaluation
import CSPMSyntax
import Refinement

/// `martlet eval`: values of expressions in the scope of a script.
struct EvalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Print the values of expressions in the scope of a script.",
    discussion: "  martlet eval design.csp 'card(Events)' '<i*i | i <- <1..5>>'")

  @Argument(help: "A CSPm script; `-` is standard input.")
  var file: String

  @Argument(help: "Expressions of CSPm.")
  var expressions: [String]

  @OptionGroup var options: ScriptOptions

  func run() throws {
    throw try Stack.run { () -> ExitCode in
      let script = OpenScript(file, options)
      var code = script.exitCode
      // What was not read to its end was said already.
      for text in expressions where script.session.limit == nil {
        var place: Span?
        do {
          let expression = try script.expression(text)
          place = expression.span
          StandardOutput.write(try script.session.text(of: expression, limits: options.limits()) + "\n")
        } catch {
          code = .worse(code, script.report(error, at: place))
        }
      }
      return code
    }
  }
}
