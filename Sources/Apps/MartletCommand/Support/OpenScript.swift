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
  init(_ path: String, root: String?) {
    let loaded = ScriptLoader(reader: DiskReader(), root: root).load(path)
    session = ScriptSession(loaded, path: path)
    expressionFiles = ExpressionFiles(session.files)
    for diagnostic in session.diagnostics {
      StandardError.write(DiagnosticText.render(diagnostic, session.files))
    }
  }

  var hasErrors: Bool { session.hasErrors }

  /// Parses an expression; its place is `<expression>`.
  func expression(_ text: String) throws -> Expression {
    let (source, file) = expressionFiles.add(text)
    let parsed = Expression.parse(source, file: file)
    guard let tree = parsed.tree else {
      throw parsed.diagnostics.first ?? Diagnostic(id: "unexpected-token", "expected an expression", at: nil)
    }
    return tree
  }

  /// Shows an error, and says how the command ends.
  func report(_ error: any Error) -> ExitCode {
    if let limit = error as? LimitReached {
      StandardError.write("undecided: \(LimitText.of(limit))\n")
      return .undecided
    }
    let diagnostic = session.asDiagnostic(error, at: nil)
    StandardError.write(DiagnosticText.render(diagnostic, expressionFiles.files))
    return diagnostic.id == "internal" ? .internalError : .badInput
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
