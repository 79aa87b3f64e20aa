import ArgumentParser
import CSPM
import CSPMSyntax
import ProcessTerms
import Refinement

/// A script and expressions typed on the command line, whose mistakes are shown like those of the script.
struct OpenScript {
  let session: ScriptSession
  private let expressionFiles: ExpressionFiles

  /// Loads a script and shows what is wrong with it on standard error.
  init(_ path: String, _ options: ScriptOptions) {
    let limit = options.work.workLimit
    let loaded = ScriptLoader(reader: DiskReader(), root: options.root, limit: limit).load(path)
    session = ScriptSession(loaded, path: path, limit: limit)
    expressionFiles = ExpressionFiles(session.files)
    for diagnostic in session.diagnostics {
      StandardError.write(DiagnosticText.render(diagnostic, session.files))
    }
  }

  var hasErrors: Bool { session.hasErrors }
  /// How a command ends that asks for nothing more.
  var exitCode: ExitCode { .of(session.diagnostics) }

  /// Parses an expression; its place is `<expression>`.
  func expression(_ text: String) throws -> Expression {
    let (source, file) = expressionFiles.add(text)
    let parsed = Expression.parse(source, file: file)
    guard let tree = parsed.tree else {
      throw parsed.diagnostics.first ?? Diagnostic(id: "unexpected-token", "expected an expression", at: nil)
    }
    return tree
  }

  /// Shows an error of the expression at `span`, and says how the command ends.
  func report(_ error: any Error, at span: Span?) -> ExitCode {
    let diagnostic = session.asDiagnostic(error, at: span)
    StandardError.write(DiagnosticText.render(diagnostic, expressionFiles.files))
    return .of([diagnostic])
  }

  private final class ExpressionFiles {
    var files: SourceFiles
    init(_ files: SourceFiles) { self.files = files }

    func add(_ text: String) -> (SourceFile, Int32) {
      let source = SourceFile(path: "<expression>", bytes: Array(text.utf8))
      files.files.append(source)
      return (source, Int32(files.files.count - 1))
    }
  }
}
