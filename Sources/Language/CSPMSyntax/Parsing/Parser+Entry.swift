/// The ways in: a script's declarations, one expression, one assertion.
extension Parser {
  func script() -> [Declaration] {
    // Failures are caught declaration by declaration; nothing is left to throw.
    let declarations = (try? declarations(until: [], forbidden: [])) ?? []
    if errorCount >= SyntaxLimits.errors {
      report("too-many-errors", "after \(SyntaxLimits.errors) errors the rest of this file was not read", at: here)
    }
    return declarations
  }

  /// What `body` parses, if it is the whole text; line breaks around it mean nothing.
  fileprivate func whole<Tree>(_ body: () throws(Failure) -> Tree) -> Tree? {
    skipNewlines()
    guard let tree = try? body() else { return nil }
    skipNewlines()
    if current.kind != .end {
      _ = unexpected("an operator or the end of the text")
      return nil
    }
    return errorCount == 0 ? tree : nil
  }
}

/// What parsing a text by itself gave: the tree, unless there are errors, and what is to be said about it.
public struct Parsed<Tree> {
  public var tree: Tree?
  public var diagnostics: [Diagnostic]
}

extension Parsed: Sendable where Tree: Sendable {}

extension Expression {
  /// Parses one expression, such as the argument of `martlet eval`.
  ///
  /// - Parameters:
  ///   - source: the text.
  ///   - file: the index that its spans name in `SourceFiles`.
  /// - Returns: the tree, unless there are errors, and the diagnostics.
  public static func parse(_ source: SourceFile, file: Int32) -> Parsed<Expression> {
    let parser = Parser(source, file: file) { _, _, _ in [] }
    let tree = parser.whole { () throws(Parser.Failure) in try parser.checkedExpression() }
    return Parsed(tree: tree, diagnostics: parser.diagnostics)
  }
}

extension Assertion {
  /// Parses one assertion, with or without `assert` before it.
  ///
  /// - Parameters:
  ///   - source: the text.
  ///   - file: the index that its spans name in `SourceFiles`.
  /// - Returns: the tree, unless there are errors, and the diagnostics.
  public static func parse(_ source: SourceFile, file: Int32) -> Parsed<Assertion> {
    let parser = Parser(source, file: file) { _, _, _ in [] }
    let tree = parser.whole { () throws(Parser.Failure) in
      _ = parser.accept(.assert)
      return try parser.assertion()
    }
    return Parsed(tree: tree, diagnostics: parser.diagnostics)
  }
}
