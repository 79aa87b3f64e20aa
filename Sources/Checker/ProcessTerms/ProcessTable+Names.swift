/// Short names for people: which process of the script a term is, or, failing that, what it looks like.
extension ProcessTable {
  /// A short human name of `p`: where it has one in the script, that, such as `PHIL(1)`; otherwise a compact rendering
  /// in CSPm, such as `a -> … [] b -> P` or `P ||| Q`, cut short where it would go deep or long.
  public func describe(_ p: Process) -> String { describe(p, levels: 3, tight: false) }

  /// `levels` of operators are written out; with `tight`, an operator application gets parentheses.
  private func describe(_ p: Process, levels: Int, tight: Bool) -> String {
    if let name = name(p) { return name }
    switch op(p) {
    case .deferred: return "…"
    case .stop: return "STOP"
    case .skip: return "SKIP"
    case .omega: return "Ω"
    case .div: return "DIV"
    case .chaos: return "CHAOS(\(describe(EventSet(id: parameter(p)))))"
    case .run: return "RUN(\(describe(EventSet(id: parameter(p)))))"
    case .chase: return "chase(\(inner(p, levels)))"
    case .prioritise: return "prioritise(\(inner(p, levels)))"
    case .deter: return "deter(\(inner(p, levels)))"
    case .traceWatchdog: return "trace_watchdog(\(watched(p, levels)))"
    case .failureWatchdog: return "failure_watchdog(\(watched(p, levels)))"
    case .compress: return compressions(p).applied(to: inner(p, levels))
    default: break
    }
    if levels == 0 { return "…" }
    let text = application(p, levels: levels - 1)
    return tight ? "(\(text))" : text
  }

  private func inner(_ p: Process, _ levels: Int) -> String {
    levels > 0 ? describe(operand(p, 0), levels: levels - 1, tight: false) : "…"
  }

  /// The arguments of a watchdog: the specification, or the places where it may be in braces.
  private func watched(_ p: Process, _ levels: Int) -> String {
    let places = onOperands(p).lazy.map { levels > 0 ? self.describe($0, levels: levels - 1, tight: false) : "…" }
    let specification = places.count == 1 ? places[0] : "{\(list(places))}"
    return "\(specification), \(describe(EventSet(id: parameter(p)))), \(alphabet.name(bark(p)))"
  }

  private func name(_ p: Process) -> String? {
    guard let source, let named = op(p) == .deferred ? p : origin(p) else { return nil }
    let name = source.name(of: named)
    return name.isEmpty ? nil : name
  }

  private func application(_ p: Process, levels: Int) -> String {
    func operand(_ i: Int) -> String { describe(self.operand(p, i), levels: levels, tight: true) }
    func infix(_ symbol: String, count: Int) -> String {
      let shown = (0..<min(count, Self.shownItems)).map(operand)
      return (shown + (count > shown.count ? ["…"] : [])).joined(separator: " \(symbol) ")
    }
    var set: String { describe(EventSet(id: parameter(p))) }
    let count = operandCount(p)
    switch op(p) {
    case .prefix: return menu(p)
    case .externalChoice: return infix("[]", count: count)
    case .internalChoice: return infix("|~|", count: count)
    case .sliding: return infix("[>", count: 2)
    case .interrupt: return infix("/\\", count: 2)
    case .sequence: return infix(";", count: 2)
    case .hide: return "\(operand(0)) \\ \(set)"
    case .project: return "\(operand(0)) |\\ \(set)"
    case .rename: return "\(operand(0))[[\(describe(Renaming(id: parameter(p))))]]"
    case .exception: return infix("[|\(set)|>", count: 2)
    case .parallel:
      return infix(contents(EventSet(id: parameter(p))).events.isEmpty ? "|||" : "[|\(set)|]", count: count)
    case .alphabetised: return infix("||", count: count / 2)
    case .linked: return infix("[\(describe(Linkage(id: parameter(p))))]", count: 2)
    case .synchronisingChoice: return infix("[+\(set)+]", count: count)
    case .synchronisingInterrupt: return infix("/+\(set)+\\", count: 2)
    case .stop, .skip, .omega, .div, .chaos, .run, .prioritise, .chase, .deter, .traceWatchdog, .failureWatchdog,
      .compress, .deferred:
      return "…"
    }
  }

  private func menu(_ p: Process) -> String {
    let branches = branches(p)
    let shown = branches.prefix(Self.shownItems).map { branch in
      "\(alphabet.name(branch.event)) -> \(afterName(branch.after))"
    }
    return (shown + (branches.count > shown.count ? ["…"] : [])).joined(separator: " [] ")
  }

  /// A name or a constant, but no term: a menu of menus would be long.
  private func afterName(_ p: Process) -> String { name(p) ?? describe(p, levels: 0, tight: true) }

  private func describe(_ set: EventSet) -> String {
    "{\(list(contents(set).events.lazy.map { self.alphabet.name($0) }))}"
  }

  private func describe(_ renaming: Renaming) -> String {
    let pairs = contents(renaming).images.sorted { $0.key < $1.key }.flatMap { from, to in to.map { (from, $0) } }
    return list(pairs.map { "\(alphabet.name($0)) <- \(alphabet.name($1))" })
  }

  private func describe(_ linkage: Linkage) -> String {
    list(contents(linkage).pairs.map { "\(alphabet.name($0.left)) <-> \(alphabet.name($0.right))" })
  }

  private static var shownItems: Int { 4 }

  private func list(_ items: some Collection<String>) -> String {
    (items.prefix(Self.shownItems) + (items.count > Self.shownItems ? ["…"] : [])).joined(separator: ", ")
  }
}
