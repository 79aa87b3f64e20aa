import CSPMSyntax

/// Diagnostics on standard error.
enum DiagnosticText {
  static func render(_ diagnostic: Diagnostic, _ files: SourceFiles) -> String {
    DiagnosticRenderer(isColoured: StandardError.isTerminal).text(diagnostic, in: files) + "\n"
  }
}
