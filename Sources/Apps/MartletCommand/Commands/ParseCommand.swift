import ArgumentParser
import CSPMSyntax

/// `martlet parse`: whether scripts are CSPm, and what tree the parser sees in them.
struct ParseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parse",
    abstract: "Tell whether scripts are well-formed, or print their syntax trees.",
    discussion: """
      Only the syntax is looked at, of each script and of what it includes: neither names nor types, and nothing is
      evaluated. Nothing is printed for a script in order; mistakes are shown with their places.

        martlet parse design.csp
        martlet parse --tree design.csp              which operator binds how
        martlet parse --tree --format json design.csp

      A line of the tree has the kind of a node, what tells it from others of its kind, and where it stands:
      `line:column-line:column`, the end exclusive.

      Exit codes: 0 every script is well-formed · 2 one is not · 3 a limit was reached.
      """)

  @OptionGroup var scripts: ScriptFiles

  @Flag(help: "Print the syntax tree.")
  var tree = false

  func run() throws {
    try scripts.forEach { path, loaded, _ in
      if scripts.format == .json {
        StandardOutput.write(SyntaxReport(loaded, path: path, includesTree: tree).line + "\n")
      } else {
        for diagnostic in loaded.diagnostics { StandardError.write(DiagnosticText.render(diagnostic, loaded.files)) }
        // What was left of a script with mistakes would be taken for all of it.
        if tree, !loaded.hasErrors { SyntaxNode(loaded.script).lines(in: loaded.files, StandardOutput.write) }
      }
      return loaded.diagnostics
    }
  }
}
