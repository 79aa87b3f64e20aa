package import CSPMSyntax

extension ScriptAssertion {
  /// The assertions of a script in the order of its text, those of timed sections included.
  package static func all(in declarations: [Declaration]) -> [ScriptAssertion] {
    var assertions: [ScriptAssertion] = []
    func visit(_ declarations: [Declaration]) {
      for declaration in declarations {
        switch declaration.kind {
        case .assertion(let assertion):
          assertions.append(ScriptAssertion(number: assertions.count + 1, assertion: assertion, span: declaration.span))
        case .timed(let section): visit(section.declarations)
        default: break
        }
      }
    }
    visit(declarations)
    return assertions
  }
}
