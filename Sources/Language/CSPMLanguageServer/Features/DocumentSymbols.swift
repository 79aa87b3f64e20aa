import CSPMNames
import CSPMSyntax
import CSPMTypes

/// The outline of a document.
struct OutlineEntry: Encodable, Hashable {
  /// Numbers of the protocol.
  enum Kind: Int, Encodable {
    case module = 2, namespace = 3, `enum` = 10, function = 12, variable = 13, boolean = 17, enumMember = 22
    case `struct` = 23, event = 24
  }

  var name: String
  var detail: String?
  var kind: Kind
  /// All of the declaration.
  var range: PositionRange
  /// Its name.
  var selectionRange: PositionRange
  var children: [OutlineEntry]
}

/// An entry for clients that know no nesting.
struct FlatOutlineEntry: Encodable, Hashable {
  var name: String
  var kind: OutlineEntry.Kind
  var location: Location
  var containerName: String?
}

extension DocumentView {
  var outline: [OutlineEntry] { outline(of: analysis.names.declarations) }

  var flatOutline: [FlatOutlineEntry] {
    var flat: [FlatOutlineEntry] = []
    func visit(_ entries: [OutlineEntry], in container: String?) {
      for entry in entries {
        flat.append(
          .init(
            name: entry.name, kind: entry.kind, location: Location(uri: uri(of: file), range: entry.range),
            containerName: container))
        visit(entry.children, in: entry.name)
      }
    }
    visit(outline, in: nil)
    return flat
  }

  private func outline(of declarations: [Declaration]) -> [OutlineEntry] {
    var entries: [OutlineEntry] = []
    var clauses: SymbolID?
    for declaration in declarations where declaration.span.file == file {
      if case .clause(let name, _, _) = declaration.kind, name.symbol == clauses, clauses != .unresolved {
        // One entry for all clauses of a function.
        entries[entries.count - 1].range.end = range(declaration.span).end
        continue
      }
      entries += self.entries(of: declaration)
      if case .clause(let name, _, _) = declaration.kind { clauses = name.symbol } else { clauses = nil }
    }
    return entries
  }

  private func entries(of declaration: Declaration) -> [OutlineEntry] {
    let whole = declaration.span
    func entry(
      _ name: Identifier, _ kind: OutlineEntry.Kind, children: [OutlineEntry] = [], in whole: Span? = nil
    ) -> OutlineEntry {
      OutlineEntry(
        name: name.text, detail: analysis.types.type(of: name.symbol), kind: kind,
        range: range(whole ?? declaration.span), selectionRange: range(name.span), children: children)
    }
    switch declaration.kind {
    case .binding(let pattern, _): return variables(of: pattern).map { entry($0, .variable) }
    case .clause(let name, _, _): return [entry(name, .function)]
    case .datatype(let name, let constructors):
      return [
        entry(
          name, .enum,
          children: constructors.map {
            entry($0.name, .enumMember, in: $0.name.span.through($0.fields?.span ?? $0.name.span))
          })
      ]
    case .subtype(let name, _), .nametype(let name, _): return [entry(name, .struct)]
    case .channel(let names, _): return names.map { entry($0, .event) }
    case .module(let module):
      return [entry(module.name, .module, children: outline(of: module.hidden + module.exported))]
    case .instance(let name, _, _): return [entry(name, .namespace)]
    case .timed(let section):
      return [labelled("Timed", .namespace, whole, children: outline(of: section.declarations))]
    case .assertion(let assertion): return [labelled("assert \(assertion.description)", .boolean, whole)]
    case .annotation, .transparent, .external, .print, .include: return []
    }
  }

  private func labelled(
    _ name: String, _ kind: OutlineEntry.Kind, _ span: Span, children: [OutlineEntry] = []
  ) -> OutlineEntry {
    OutlineEntry(name: name, kind: kind, range: range(span), selectionRange: range(span), children: children)
  }

  /// The names that a definition binds.
  private func variables(of pattern: Pattern) -> [Identifier] {
    analysis.occurrences.within(pattern.span).filter(\.isDeclaration).map {
      Identifier(analysis.text($0.span), at: $0.span, symbol: $0.symbol)
    }
  }
}
