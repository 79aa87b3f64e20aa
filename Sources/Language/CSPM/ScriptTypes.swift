public import CSPMNames
public import CSPMSyntax
public import CSPMTypes

/// A loaded script with the types of its names, and nothing evaluated.
///
/// Not `Sendable`. Types are worked out by recursion: use one inside `Stack.run`.
public final class ScriptTypes {
  public let files: SourceFiles
  public let names: NameResolver
  public let checker: TypeChecker
  /// Mistakes of every phase, in the order of the phases.
  public let diagnostics: [Diagnostic]

  /// - Parameters:
  ///   - recordsTypes: whether the types of all expressions are kept, for an editor.
  ///   - limit: that of loading too; where it is reached, the rest has no types.
  public init(_ loaded: LoadedScript, recordsTypes: Bool = false, limit: WorkLimit? = nil) {
    files = loaded.files
    names = NameResolver(loaded.toResolve(limit), unreadable: loaded.unreadableNames, limit: limit)
    checker = TypeChecker(names, recordsTypes: recordsTypes, limit: limit)
    diagnostics = loaded.diagnostics + names.diagnostics + checker.diagnostics + loaded.unsaid(limit)
  }

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// A name of the top level or of a module, with its type.
  public struct Entry: Sendable {
    /// As one writes it from the top level, `M::x`.
    public let name: String
    public let type: String
    public let span: Span
  }

  /// Every name that is declared outside of expressions, in the order of the declarations; members of instances stand
  /// where their instance does.
  public var entries: [Entry] {
    var entries: [Entry] = []
    var seen: Set<SymbolID> = []
    func add(_ symbol: SymbolID) {
      guard symbol != .unresolved, seen.insert(symbol).inserted, let type = checker.type(of: symbol),
        let span = names.symbols[symbol].span
      else { return }
      entries.append(Entry(name: names.symbols[symbol].name, type: type, span: span))
    }
    func visit(_ declarations: [Declaration]) {
      for declaration in declarations {
        switch declaration.kind {
        case .clause(let name, _, _), .nametype(let name, _), .subtype(let name, _): add(name.symbol)
        case .binding(let pattern, _):
          pattern.forEachName { if $0.symbol != .unresolved, !names.symbols[$0.symbol].isLabel { add($0.symbol) } }
        case .datatype(let name, let constructors):
          add(name.symbol)
          for constructor in constructors { add(constructor.name.symbol) }
        case .channel(let names, _): for name in names { add(name.symbol) }
        case .module(let module):
          visit(module.hidden)
          visit(module.exported)
        case .instance(let name, _, _):
          guard let copy = names.instances[name.symbol] else { continue }
          visit(copy.hidden)
          visit(copy.exported)
        case .timed(let section): visit(section.declarations)
        case .annotation, .transparent, .external, .assertion, .print, .include: break
        }
      }
    }
    visit(names.declarations)
    return entries
  }
}
