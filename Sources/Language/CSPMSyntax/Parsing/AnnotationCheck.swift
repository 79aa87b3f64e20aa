/// Whether each type annotation stands beside the one declaration that it speaks of.
///
/// Checked on whole lists, because an `include` may bring the declaration: by the loader for the script with its
/// modules, by the parser for each `let`.
struct AnnotationCheck {
  private(set) var diagnostics: [Diagnostic] = []

  /// Checks a list of declarations, and the lists of the modules and timed sections in it.
  mutating func check(_ declarations: [Declaration]) {
    var annotated: [String: Identifier] = [:]
    for declaration in declarations {
      guard case .annotation(let names, _) = declaration.kind else { continue }
      for name in names {
        guard let first = annotated[name.text] else {
          annotated[name.text] = name
          continue
        }
        diagnostics.append(
          Diagnostic(
            id: "duplicate-annotation", "`\(name.text)` has two type annotations", at: name.span,
            notes: [Diagnostic.Note("the first one", at: first.span)]))
      }
    }
    var unused = annotated
    for declaration in declarations { use(declaration, &unused, annotated) }
    for name in unused.values.sorted(by: { ($0.span.file, $0.span.lower) < ($1.span.file, $1.span.lower) }) {
      diagnostics.append(
        Diagnostic(
          id: "unused-annotation", "expected a declaration of `\(name.text)` beside its type annotation, found none",
          at: name.span))
    }
  }

  /// Strikes out what a declaration makes of the annotations, and descends into it.
  private mutating func use(
    _ declaration: Declaration, _ unused: inout [String: Identifier], _ annotated: [String: Identifier]
  ) {
    switch declaration.kind {
    case .binding(let pattern, _):
      if case .name(let name) = pattern.kind { unused[name.text] = nil }
    case .clause(let name, _, _), .nametype(let name, _): unused[name.text] = nil
    case .datatype(_, let constructors):
      for constructor in constructors { unused[constructor.name.text] = nil }
    case .channel(let names, _):
      for name in names { unused[name.text] = nil }
      let found = names.compactMap { annotated[$0.text] }
      if found.count > 1 {
        diagnostics.append(
          Diagnostic(
            id: "duplicate-annotation", "channels declared together share one type annotation, found \(found.count)",
            at: declaration.span, notes: found.map { Diagnostic.Note("for `\($0.text)`", at: $0.span) }))
      }
    case .module(let module):
      check(module.hidden)
      check(module.exported)
    case .timed(let section): check(section.declarations)
    case .annotation, .subtype, .transparent, .external, .assertion, .print, .include, .instance: break
    }
  }
}
