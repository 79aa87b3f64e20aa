import ArgumentParser
import CSPM
import CSPMLanguageServer
import CSPMSyntax
import Refinement

/// `martlet lsp`: the language server.
struct LspCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp",
    abstract: "Serve editors: diagnostics, types, definitions and assertions of the scripts that are open.",
    discussion: """
      Speaks the Language Server Protocol over standard input and output; an editor starts it. How to set up Visual
      Studio Code, Neovim, Emacs and Helix is in Documentation/Editors.md.

      The limits are those of one assertion that is run from the editor.
      """)

  @OptionGroup var options: ScriptOptions

  func run() throws {
    let server = LanguageServer(
      .init(
        version: Martlet.version, disk: DiskReader(), root: options.root, limits: { [options] in options.limits() },
        describe: Self.describe, progress: { LiveReport.text($0) }),
      send: { StandardOutput.write($0) })
    // 1 for a client that does not take its leave, as the protocol wants.
    throw try server.run(receive: StandardInput.next) ? ExitCode.success : ExitCode(1)
  }

  /// A result in words, as `martlet check` has them.
  @Sendable private static func describe(
    _ result: AssertionResult, in session: ScriptSession
  ) -> (summary: String, details: [String]) {
    let work = LiveReport.text(result.statistics)
    if let limit = result.limit { return (limit.words, [work]) }
    if let diagnostic = result.diagnostics.first {
      return (diagnostic.message, result.diagnostics.map(DiagnosticRenderer(files: session.files).text))
    }
    guard let counterexample = result.counterexample else { return (work, []) }
    let text = CounterexampleText(session)
    let lines = text.lines(counterexample, Style(isColoured: false))
    return ("\(text.summary(counterexample)) (\(work))", Array(lines.dropFirst()))
  }
}
