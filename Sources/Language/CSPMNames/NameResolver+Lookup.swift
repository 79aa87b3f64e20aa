import CSPMSyntax

/// Looking names up, and what to say about those that are not there.
extension NameResolver {
  enum Lookup {
    case found(SymbolID)
    /// Something is there that cannot be used: what to say about it.
    case unusable(reason: String, [Diagnostic.Note])
    case unknown
  }

  func lookup(_ parts: [String], _ scope: Scope) -> Lookup {
    guard parts.count > 1 else {
      guard let first = parts.first else { return .unknown }
      return scope.find(first).map { .found($0) } ?? .unknown
    }
    switch reach(Array(parts.dropLast()), scope) {
    case .failure(let lookup): return lookup.lookup
    case .success(let module):
      guard let entry = module.scope.names[parts[parts.count - 1]] else { return .unknown }
      guard entry.isExported else { return .unusable(reason: "is private to its module", [moveNote(entry)]) }
      return .found(entry.symbol)
    }
  }

  private struct Unreached: Error { let lookup: Lookup }

  /// The module that a path of names leads to, whose members can be used from `scope`.
  private func reach(_ path: [String], _ scope: Scope, members: Bool = true) -> Result<ModuleScope, Unreached> {
    guard var module = scope.findModule(path[0]) else { return .failure(Unreached(lookup: .unknown)) }
    for step in path.dropFirst() {
      if let generic = outOfReach(module) { return .failure(Unreached(lookup: generic)) }
      guard let inner = module.scope.modules[step] else { return .failure(Unreached(lookup: .unknown)) }
      guard inner.isExported else {
        return .failure(
          Unreached(
            lookup: .unusable(
              reason: "is in a module that is private", [.init("private here", at: symbols[inner.symbol].span)])))
      }
      module = inner
    }
    if members, let generic = outOfReach(module) { return .failure(Unreached(lookup: generic)) }
    return .success(module)
  }

  private func outOfReach(_ module: ModuleScope) -> Lookup? {
    guard module.isGeneric else { return nil }
    return .unusable(
      reason: "is a member of a module with parameters",
      [
        .init(
          "make an instance, as in `instance I = \(symbols[module.symbol].name)(…)`, and use its members",
          at: symbols[module.symbol].span)
      ])
  }

  private func moveNote(_ entry: Scope.Entry) -> Diagnostic.Note {
    .init("declared here; move it behind `exports`", at: entry.span)
  }

  /// The module of a name, also one with parameters.
  func module(_ name: QualifiedName, _ scope: Scope) -> ModuleScope? {
    if case .success(let module) = reach(name.parts, scope, members: false) { module } else { nil }
  }

  /// Says why an instance has no module, when all names are known.
  func complainAboutModule(_ name: QualifiedName, _ scope: Scope, at span: Span) {
    guard !isReported(name.parts, scope, isModule: true) else { return }
    switch reach(name.parts, scope, members: false) {
    case .success(let module):
      // Found now: it stands further down, unless the instance itself was refused and reported.
      guard let place = symbols[module.symbol].span, place.file != span.file || place.lower > span.lower else { return }
      complain(
        "unknown-module", "module `\(name.text)` must stand before its instances", at: span,
        notes: [.init("it is declared here", at: place)])
    case .failure(let failure):
      if case .unusable(let reason, let notes) = failure.lookup {
        complain("hidden-name", "`\(name.text)` \(reason)", at: span, notes: notes)
      } else if case .found(let symbol) = lookup(name.parts, scope) {
        complain(
          "not-a-module", "`\(name.text)` is not a module", at: span,
          notes: symbols[symbol].span.map { [.init("declared here", at: $0)] } ?? [])
      } else {
        complain(
          "unknown-module", "there is no module `\(name.text)`", at: span,
          notes: closest(to: name.text, of: moduleNames(scope)).map { [.init("did you mean `\($0)`?")] } ?? [])
      }
    }
  }

  /// The symbol of a name that is used; a complaint where there is none.
  func use(_ name: QualifiedName, at span: Span, _ scope: Scope) -> QualifiedName {
    var name = name
    switch lookup(name.parts, scope) {
    case .found(let symbol):
      if symbols[symbol].kind == .module || symbols[symbol].kind == .instance {
        complain(
          "not-a-value", "`\(name.text)` is a module; its members are written `\(name.text)::x`", at: span,
          notes: symbols[symbol].span.map { [.init("declared here", at: $0)] } ?? [])
      } else {
        name.symbol = symbol
      }
    case .unusable(let reason, let notes): complain("hidden-name", "`\(name.text)` \(reason)", at: span, notes: notes)
    case .unknown: unknown(name, at: span, scope)
    }
    return name
  }

  /// The channel or constructor of a name, if it is one.
  func label(_ name: QualifiedName, _ scope: Scope) -> SymbolID? {
    guard case .found(let symbol) = lookup(name.parts, scope), symbols[symbol].isLabel else { return nil }
    return symbol
  }

  func unknown(_ name: QualifiedName, at span: Span, _ scope: Scope) {
    guard !isReported(name.parts, scope) else { return }
    if name.parts.count == 1, let builtIn = BuiltIn(rawValue: name.text) {
      if let word = builtIn.importWord {
        complain(
          "not-imported", "`\(name.text)` must be imported before it is used: add `\(word.rawValue) \(name.text)`",
          at: span)
        return
      }
      if builtIn.availability == .inTimedSections {
        complain("only-timed", "`\(name.text)` can only be used in a timed section, `Timed { … }`", at: span)
        return
      }
    }
    if BuiltInConstant(rawValue: name.text)?.isTimed == true {
      complain("only-timed", "`\(name.text)` can only be used in a timed section, `Timed { … }`", at: span)
      return
    }
    let suggestion = suggestion(for: name, scope)
    complain(
      "unknown-name", "`\(name.text)` is not defined", at: span,
      notes: suggestion.map { [.init("did you mean `\($0.text)`?", at: $0.span)] } ?? [])
  }

  /// Whether a name is unknown because of a mistake that was reported already: its own declaration could not be read,
  /// or that of a module on the way, or such a module was refused and has no members.
  ///
  /// - Parameter isModule: whether the last part is to be a module too.
  func isReported(_ parts: [String], _ scope: Scope, isModule: Bool = false) -> Bool {
    if parts.contains(where: unreadable.contains) { return true }
    var module: ModuleScope?
    for step in isModule ? parts[...] : parts.dropLast() {
      let inner = module.map { $0.scope.modules[step] } ?? scope.findModule(step)
      guard let inner else {
        let symbol = module.map { $0.scope.names[step]?.symbol } ?? scope.find(step)
        return symbol.map { symbols[$0].kind == .module || symbols[$0].kind == .instance } ?? false
      }
      module = inner
    }
    return false
  }

  // MARK: Suggestions

  private static let mostSuggestions = 32

  /// The visible name that is closest, where one is close; looked for once a name, and not without end.
  private func suggestion(for name: QualifiedName, _ scope: Scope) -> (text: String, span: Span?)? {
    let known = visibleNames(scope)
    let found: String?
    if let earlier = suggestions[name.text] {
      found = earlier
    } else {
      guard suggestions.count < Self.mostSuggestions else { return nil }
      found = closest(to: name.text, of: known.map(\.0))
      suggestions[name.text] = found
    }
    return found.flatMap { text in known.first { $0.0 == text }.map { (text, symbols[$0.1].span) } }
  }

  /// Every name that can be used from a scope, the members of modules with their module in front.
  private func visibleNames(_ scope: Scope) -> [(String, SymbolID)] {
    var names: [(String, SymbolID)] = []
    func add(_ module: ModuleScope, _ prefix: String) {
      guard !module.isGeneric else { return }
      for (name, entry) in module.scope.names where entry.isExported { names.append((prefix + name, entry.symbol)) }
      for (name, inner) in module.scope.modules where inner.isExported { add(inner, prefix + name + "::") }
    }
    var here: Scope? = scope
    while let current = here {
      for (name, entry) in current.names { names.append((name, entry.symbol)) }
      for (name, module) in current.modules { add(module, name + "::") }
      here = current.parent
    }
    return names
  }

  private func moduleNames(_ scope: Scope) -> [String] {
    var names: [String] = []
    var here: Scope? = scope
    while let current = here {
      names += current.modules.keys
      here = current.parent
    }
    return names
  }

  func closest(to name: String, of known: [String]) -> String? {
    // A third of a name may differ, one byte of a short one; a single letter has nothing close to it.
    let bound = name.utf8.count < 2 ? 0 : max(1, name.utf8.count / 3)
    return known.map { ($0, editDistance($0, name, atMost: bound)) }.filter { $0.1 <= bound && $0.0 != name }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }
}

/// Insertions, deletions, substitutions and swaps of neighbouring bytes; more than `bound` where it is more.
///
/// - Complexity: O(n·m) in the bytes, O(1) where the lengths alone decide.
func editDistance(_ a: String, _ b: String, atMost bound: Int) -> Int {
  let x = Array(a.utf8), y = Array(b.utf8)
  if abs(x.count - y.count) > bound { return bound + 1 }
  var before: [Int] = [], row = Array(0...y.count)
  for i in x.indices {
    var next = [i + 1]
    for j in y.indices {
      var best = min(row[j] + (x[i] == y[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
      if i > 0, j > 0, x[i] == y[j - 1], x[i - 1] == y[j] { best = min(best, before[j - 1] + 1) }
      next.append(best)
    }
    before = row
    row = next
  }
  return row[y.count]
}
