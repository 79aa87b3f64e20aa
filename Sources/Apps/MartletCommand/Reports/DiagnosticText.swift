import CSPMSyntax

/// Diagnostics on standard error.
enum DiagnosticText {
  static func render(_ diagnostic: Diagnostic, _ files: SourceFiles) -> String {
    DiagnosticRenderer(files: files, usesColour: StandardError.isTerminal).text(diagnostic) + "\n"
  }
}
