/// The whole text of a term, so that a failing test says of what: names where there are names, nothing cut short.
public import ProcessTerms

extension Equations {
  /// `p`, and the definitions of the names in it, to any depth.
  public func text(_ p: Process) -> String {
    var met: [Process] = []
    var waiting = namesIn(p, expanding: false)
    while let name = waiting.popLast() {
      guard !met.contains(name), let body = body(of: name) else { continue }
      met.append(name)
      waiting += namesIn(body, expanding: true)
    }
    let definitions = met.sorted().map { "\(name(of: $0)) = \(term(body(of: $0)!))" }
    return ([reference(p)] + definitions).joined(separator: " where ")
  }

  /// The names that the text of a term has.
  private func namesIn(_ p: Process, expanding: Bool) -> [Process] {
    if !expanding, let name = nameOf(p) { return [name] }
    let operands: [Process]
    switch table.op(p) {
    case .prefix: operands = table.branches(p).map(\.after)
    case .alphabetised, .traceWatchdog, .failureWatchdog: operands = table.onOperands(p)
    default: operands = (0..<table.operandCount(p)).map { table.operand(p, $0) }
    }
    return operands.flatMap { namesIn($0, expanding: false) }
  }

  private func nameOf(_ p: Process) -> Process? { table.op(p) == .deferred ? p : table.origin(p) }

  private func reference(_ p: Process) -> String { nameOf(p).map { name(of: $0) } ?? term(p) }

  private func term(_ p: Process) -> String {
    func operand(_ i: Int) -> String { bracketed(table.operand(p, i)) }
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
      table.branches(p).map { "\(table.alphabet.name($0.event)) -> \(bracketed($0.after))" }
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
      zip(table.onOperands(p), table.alphabets(p)).map { "\(set($1)) : \(bracketed($0))" }
        .joined(separator: " || ")
    case .linked: all("[\(links(of: p))]", indices)
    case .synchronisingChoice: all("[+\(set(parameterOf: p))+]", indices)
    case .synchronisingInterrupt: all("/+\(set(parameterOf: p))+\\", indices)
    case .prioritise: "prioritise(\(reference(table.operand(p, 0))), \(priority(of: p)))"
    case .compress: table.compressions(p).applied(to: reference(table.operand(p, 0)))
    case .chase: "chase(\(reference(table.operand(p, 0))))"
    case .deter: "deter(\(reference(table.operand(p, 0))))"
    case .traceWatchdog: "trace_watchdog(\(watched(p)))"
    case .failureWatchdog: "failure_watchdog(\(watched(p)))"
    case .deferred: name(of: p)
    }
  }

  /// An operand, in brackets unless it is a name or stands alone.
  private func bracketed(_ p: Process) -> String {
    nameOf(p) != nil || table.operandCount(p) == 0 ? reference(p) : "(\(reference(p)))"
  }

  private func watched(_ p: Process) -> String {
    let places = table.onOperands(p).map(reference).joined(separator: ", ")
    return "{\(places)}, \(set(parameterOf: p)), \(table.alphabet.name(table.bark(p)))"
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
