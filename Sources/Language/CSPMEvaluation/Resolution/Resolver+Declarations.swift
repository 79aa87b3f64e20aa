import CSPMNames
import CSPMSyntax
import ProcessTerms

/// Declarations: what each defines, and the code of it.
extension Resolver {
  /// What a group of declarations defines, in the order of its cells.
  struct Group {
    struct Entry {
      /// `unresolved` for the whole value of a pattern.
      let symbol: SymbolID
      let name: String
      let span: Span
      let form: Form
      /// The timed section that the entry stands in.
      let timed: TimedContext?
    }
    enum Form {
      case function([(patterns: [[Pattern]], body: Expression)])
      case value(Expression)
      /// One name of a pattern: the cell of the whole value.
      case part(cell: Int, Pattern)
    }
    var entries: [Entry] = []
  }

  /// Modules and instances taken apart: what is left declares the names of all of them side by side.
  ///
  /// A module without parameters is its declarations, one with parameters nothing, and an instance its parameters,
  /// bound to what it passes, and its copies of the module's declarations. A timed section is the function that says how
  /// long events take, under a name of its own, and its declarations.
  func flattened(_ declarations: [Declaration], timed: TimedContext? = nil) -> [(Declaration, timed: TimedContext?)] {
    var result: [(Declaration, timed: TimedContext?)] = []
    result.reserveCapacity(declarations.count)
    for declaration in declarations {
      switch declaration.kind {
      case .module(let module):
        guard module.parameters.isEmpty else { continue }
        result += flattened(module.hidden, timed: timed) + flattened(module.exported, timed: timed)
      case .instance(let name, _, let arguments):
        guard let instance = names.instances[name.symbol] else { continue }
        for (parameter, argument) in zip(instance.parameters, arguments) {
          result.append((Declaration(.binding(parameter, argument), at: declaration.span), timed))
        }
        result += flattened(instance.hidden, timed: timed) + flattened(instance.exported, timed: timed)
      case .timed(let section):
        // Without a `tock`, which was reported, no time passes.
        guard let tock = tags[section.tock.symbol] else {
          result += flattened(section.declarations, timed: timed)
          continue
        }
        if let duration = section.duration {
          let name = Pattern(.name(section.durationName), at: duration.span)
          result.append((Declaration(.binding(name, duration), at: duration.span), timed))
        }
        let inner = TimedContext(tock: tock, duration: section.duration.map { _ in section.durationName })
        result += flattened(section.declarations, timed: inner)
      default: result.append((declaration, timed))
      }
    }
    return result
  }

  /// Sorts functions and bindings out; clauses of one function follow each other.
  func group(_ declarations: [(Declaration, timed: TimedContext?)]) -> Group {
    var group = Group()
    for (declaration, timed) in declarations {
      func add(_ symbol: SymbolID, _ span: Span, _ form: Group.Form) {
        let name = symbol == .unresolved ? "" : names.symbols[symbol].name
        group.entries.append(.init(symbol: symbol, name: name, span: span, form: form, timed: timed))
      }
      switch declaration.kind {
      case .clause(let name, let patterns, let body):
        guard let last = group.entries.last, last.symbol == name.symbol, case .function(var clauses) = last.form else {
          add(name.symbol, name.span, .function([(patterns, body)]))
          continue
        }
        clauses.append((patterns, body))
        group.entries.removeLast()
        add(name.symbol, last.span, .function(clauses))
      case .binding(let pattern, let body):
        if let symbol = pattern.variable(tags) {
          add(symbol, pattern.span, .value(body))
        } else {
          let whole = group.entries.count
          add(.unresolved, pattern.span, .value(body))
          for variable in pattern.variables(tags) { add(variable.symbol, variable.span, .part(cell: whole, pattern)) }
        }
      default: break
      }
    }
    return group
  }

  /// The code of an entry, resolved in `context`, whose cells the group's names are.
  func binding(_ entry: Group.Entry, in context: ContextScope) -> LetBinding {
    let around = timed
    timed = entry.timed
    defer { timed = around }
    switch entry.form {
    case .function(let clauses):
      let function = FunctionCode(
        id: newSite(), name: entry.name, span: entry.span, arities: clauses[0].patterns.map(\.count))
      for clause in clauses { self.clause(clause.patterns.flatMap { $0 }, clause.body, of: function, in: context) }
      return .function(function)
    case .value(let body):
      let frame = FrameScope(context)
      let code = expression(body, frame)
      return .value(code, slots: frame.slotCount)
    case .part(let cell, let pattern):
      let frame = FrameScope(context)
      let code = self.pattern(pattern, frame)
      guard case .slot(let slot)? = frame.find(entry.symbol) else {
        return .value(InvalidCode(mistake(entry.name, at: entry.span), entry.span), slots: 0)
      }
      return .part(cell: cell, code, slot: slot, slots: frame.slotCount, name: entry.name)
    }
  }

  func letWithin(_ declarations: [Declaration], _ body: Expression, _ span: Span, _ f: FrameScope) -> Code {
    f.block {
      let group = self.group(flattened(declarations, timed: timed))
      let context = ContextScope(parent: f)
      let code = LetCode(site: newSite(), captures: context.captures, slot: f.newSlot(), span)
      for (i, entry) in group.entries.enumerated() where entry.symbol != .unresolved {
        context.cells[entry.symbol] = .cell(.context, i)
        f.bind(entry.symbol, .cell(.slot(code.slot), i))
      }
      code.bindings = group.entries.map { binding($0, in: context) }
      code.body = expression(body, f)
      return code
    }
  }
}
