/// How a process is called when talking to a person: by its name where it has one, else by its term, cut short.
public import ProcessTerms

extension ReferenceInterpreter {
  /// The name from which `p` comes, such as `PHIL(1)`, or its term down to `depth` operators; what lies deeper is `…`.
  public func describe(_ p: Process, depth: Int = 3) -> String {
    if let name = name(of: p) { return name }
    return term(p, depth)
  }

  /// The term of `p` down to `depth` operators, even where `p` has a name.
  public func describeTerm(_ p: Process, depth: Int = 3) -> String { term(p, depth) }

  /// The name of a deferred process, or of the one that `p` was evaluated from.
  private func name(of p: Process) -> String? {
    guard let source = table.source else { return nil }
    if table.op(p) == .deferred { return source.name(of: p) }
    return table.origin(p).map { source.name(of: $0) }
  }

  private func term(_ p: Process, _ depth: Int) -> String {
    if depth <= 0, table.operandCount(p) > 0 { return "…" }
    func operand(_ i: Int) -> String { bracketed(table.operand(p, i), depth - 1) }
    func all(_ symbol: String, _ indices: some Sequence<Int>) -> String {
      indices.map(operand).joined(separator: " \(symbol) ")
    }
    let indices = 0..<table.operandCount(p)
    return switch table.op(p) {
    case .stop: "STOP"
    case .skip: "SKIP"
    case .omega: "Ω"
    case .div: "DIV"
    case .chaos: "CHAOS(\(set(parameterOf: p)))"
    case .run: "RUN(\(set(parameterOf: p)))"
    case .prefix:
      table.branches(p).map { "\(table.alphabet.name($0.event)) -> \(bracketed($0.after, depth - 1))" }
        .joined(separator: " [] ")
    case .externalChoice: all("[]", indices)
    case .internalChoice: all("|~|", indices)
    case .sliding: all("[>", indices)
    case .interrupt: all("/\\", indices)
    case .sequence: all(";", indices)
    case .hide: "\(operand(0)) \\ \(set(parameterOf: p))"
    case .project: "\(operand(0)) |\\ \(set(parameterOf: p))"
    case .rename: "\(operand(0))[[\(renaming(of: p))]]"
    case .exception: all("[|\(set(parameterOf: p))|>", indices)
    case .parallel:
      table.contents(EventSet(id: table.parameter(p))).events.isEmpty
        ? all("|||", indices) : all("[|\(set(parameterOf: p))|]", indices)
    case .alphabetised:
      zip(table.onOperands(p), table.alphabets(p)).map { "\(set($1)) : \(bracketed($0, depth - 1))" }
        .joined(separator: " || ")
    case .linked: all("[\(links(of: p))]", indices)
    case .synchronisingChoice: all("[+\(set(parameterOf: p))+]", indices)
    case .synchronisingInterrupt: all("/+\(set(parameterOf: p))+\\", indices)
    case .prioritise: "prioritise(\(describe(table.operand(p, 0), depth: depth - 1)), \(priority(of: p)))"
    case .chase: "chase(\(describe(table.operand(p, 0), depth: depth - 1)))"
    case .deferred: "…"
    }
  }

  /// An operand, in brackets unless it is a name or stands alone.
  private func bracketed(_ p: Process, _ depth: Int) -> String {
    let text = describe(p, depth: depth)
    let standsAlone = name(of: p) != nil || text == "…" || table.operandCount(p) == 0
    return standsAlone ? text : "(\(text))"
  }

  private func set(parameterOf p: Process) -> String { set(EventSet(id: table.parameter(p))) }

  private func set(_ events: EventSet) -> String {
    "{\(table.contents(events).events.map(table.alphabet.name).joined(separator: ", "))}"
  }

  private func renaming(of p: Process) -> String {
    let images = table.contents(Renaming(id: table.parameter(p))).images
    return images.sorted { $0.key < $1.key }.flatMap { from, to in
      to.map { "\(table.alphabet.name(from)) <- \(table.alphabet.name($0))" }
    }.joined(separator: ", ")
  }

  private func links(of p: Process) -> String {
    table.contents(Linkage(id: table.parameter(p))).pairs.map {
      "\(table.alphabet.name($0.left)) <-> \(table.alphabet.name($0.right))"
    }.joined(separator: ", ")
  }

  /// Each event that can lose, with those that beat it.
  private func priority(of p: Process) -> String {
    table.contents(Priority(id: table.parameter(p))).winners.sorted { $0.key < $1.key }.map { loser, winners in
      "\(table.alphabet.name(loser)) < {\(winners.map(table.alphabet.name).joined(separator: ", "))}"
    }.joined(separator: ", ")
  }
}
