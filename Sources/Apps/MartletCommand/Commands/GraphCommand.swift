import ArgumentParser
import CSPM
import CSPMEvaluation
import CSPMSyntax
import ProcessTerms
import Refinement
import TransitionSystems

/// `martlet graph`: the transition system of a process.
struct GraphCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Print the transition system of a process, as DOT for pictures or AUT for other tools.",
    discussion: "  martlet graph design.csp --process 'BUFFER(2)' --format dot | dot -Tsvg > buffer.svg")

  enum Format: String, ExpressibleByArgument, CaseIterable { case dot, aut }

  @Argument(help: "A CSPm script; `-` is standard input.")
  var file: String

  @Option(help: ArgumentHelp("The process to draw.", valueName: "expression"))
  var process: String

  @Option(help: "DOT (Graphviz) or AUT (Aldebaran).")
  var format = Format.dot

  @OptionGroup var options: ScriptOptions

  func run() throws {
    throw try Stack.run { () -> ExitCode in
      let script = OpenScript(file, options)
      if script.hasErrors { return script.exitCode }
      var place: Span?
      do {
        let expression = try script.expression(process)
        place = expression.span
        let explored = try script.session.explore(expression, limits: options.limits())
        let alphabet = script.session.table.alphabet
        let name = { (label: Int32) in alphabet.name(Event(id: label)) }
        StandardOutput.write(format == .dot ? explored.system.dot(label: name) : explored.system.aut(label: name))
        return .success
      } catch {
        return script.report(error, at: place)
      }
    }
  }
}
