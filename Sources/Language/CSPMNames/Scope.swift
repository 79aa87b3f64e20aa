import CSPMSyntax

/// The names that one piece of text declares, and where to look for others.
final class Scope {
  struct Entry {
    let symbol: SymbolID
    /// Where it was declared or imported; nil for what is built in.
    let span: Span?
    /// Whether `M::x` finds it from outside of module M.
    let isExported: Bool
  }

  let parent: Scope?
  /// `M::` in front of the names of module M.
  let prefix: String
  var names: [String: Entry] = [:]
  var modules: [String: ModuleScope] = [:]
  /// Datatypes and type variables, which have names of their own.
  var types: [String: SymbolID] = [:]

  init(parent: Scope?, prefix: String? = nil) {
    self.parent = parent
    self.prefix = prefix ?? parent?.prefix ?? ""
  }

  func find(_ name: String) -> SymbolID? {
    var scope: Scope? = self
    while let here = scope {
      if let entry = here.names[name] { return entry.symbol }
      scope = here.parent
    }
    return nil
  }

  func findType(_ name: String) -> SymbolID? {
    var scope: Scope? = self
    while let here = scope {
      if let symbol = here.types[name] { return symbol }
      scope = here.parent
    }
    return nil
  }

  func findModule(_ name: String) -> ModuleScope? {
    var scope: Scope? = self
    while let here = scope {
      if let module = here.modules[name] { return module }
      if here.names[name] != nil { return nil }
      scope = here.parent
    }
    return nil
  }
}

/// A module, or an instance of one, whose members are a copy of the module's.
final class ModuleScope {
  enum State { case open, declared }

  let symbol: SymbolID
  let declaration: Declaration.Module
  let scope: Scope
  let isExported: Bool
  /// Of an instance, what it passes.
  let isInstance: Bool
  let hidden: Block, exported: Block
  var state = State.open
  /// The parameters with their symbols.
  var parameters: [Pattern] = []

  /// Members are out of reach until an instance gives the parameters.
  var isGeneric: Bool { !isInstance && !declaration.parameters.isEmpty }

  init(
    symbol: SymbolID, _ declaration: Declaration.Module, scope: Scope, isExported: Bool, isInstance: Bool
  ) {
    self.symbol = symbol
    self.declaration = declaration
    self.scope = scope
    self.isExported = isExported
    self.isInstance = isInstance
    hidden = Block(declaration.hidden, declaring: scope, isExported: false)
    exported = Block(declaration.exported, declaring: scope, isExported: true)
  }
}

/// A list of declarations on its way through the passes of `NameResolver`.
final class Block {
  let declarations: [Declaration]
  /// Where its names go.
  let scope: Scope
  /// Where its bodies look for names; a timed section has more of them inside.
  let bodies: Scope
  let isExported: Bool
  var modules: [Int: ModuleScope] = [:]
  var sections: [Int: Block] = [:]
  /// Declarations that are left out, because a mistake in them was reported.
  var rejected: Set<Int> = []
  /// Of a channel or datatype declaration that stays, the places of the names that are left out.
  var rejectedLabels: [Int: Set<Int>] = [:]

  init(_ declarations: [Declaration], declaring scope: Scope, bodies: Scope? = nil, isExported: Bool) {
    self.declarations = declarations
    self.scope = scope
    self.bodies = bodies ?? scope
    self.isExported = isExported
  }
}
