/// One function a form of term, so that callers need not know how a row is laid out.
extension ProcessTable {
  /// A menu `a1 → P1 [] a2 → P2 …`; the empty menu is `STOP`.
  public func prefix(_ branches: some Sequence<(Event, Process)>) -> Process {
    var pairs = branches.map { (event: $0.0.id, after: $0.1.id) }
    if pairs.isEmpty { return stop }
    pairs.sort { ($0.event, $0.after) < ($1.event, $1.after) }
    var operands: [Int32] = []
    operands.reserveCapacity(pairs.count * 2)
    for pair in pairs where operands.isEmpty || operands.suffix(2) != [pair.event, pair.after] {
      operands.append(pair.event)
      operands.append(pair.after)
    }
    return make(.prefix, operands: operands)
  }

  public func prefix(_ event: Event, _ after: Process) -> Process {
    make(.prefix, operands: [event.id, after.id])
  }

  /// The branches of a menu.
  public func branches(_ p: Process) -> [(event: Event, after: Process)] {
    precondition(op(p) == .prefix)
    let raw = Array(rawOperands(p))
    return stride(from: 0, to: raw.count, by: 2).map { (Event(id: raw[$0]), Process(id: raw[$0 + 1])) }
  }

  public func chaos(_ set: EventSet) -> Process { make(.chaos, parameter: set.id) }
  public func run(_ set: EventSet) -> Process { make(.run, parameter: set.id) }

  /// `P [] Q …`; none is `STOP`, one is that one.
  public func externalChoice(_ list: [Process]) -> Process { nary(.externalChoice, list, none: stop) }

  /// `P |~| Q …`.
  public func internalChoice(_ list: [Process]) -> Process {
    precondition(!list.isEmpty, "internal choice needs an operand")
    return nary(.internalChoice, list, none: stop)
  }

  public func sliding(_ p: Process, _ q: Process) -> Process { make(.sliding, operands: [p.id, q.id]) }
  public func interrupt(_ p: Process, _ q: Process) -> Process { make(.interrupt, operands: [p.id, q.id]) }
  public func sequence(_ p: Process, _ q: Process) -> Process { make(.sequence, operands: [p.id, q.id]) }

  public func hide(_ p: Process, _ set: EventSet) -> Process { make(.hide, parameter: set.id, operands: [p.id]) }
  public func project(_ p: Process, _ set: EventSet) -> Process { make(.project, parameter: set.id, operands: [p.id]) }
  public func rename(_ p: Process, _ renaming: Renaming) -> Process {
    make(.rename, parameter: renaming.id, operands: [p.id])
  }

  public func exception(_ p: Process, _ set: EventSet, _ q: Process) -> Process {
    make(.exception, parameter: set.id, operands: [p.id, q.id])
  }

  /// `P [|A|] Q …`; none is `SKIP`, one is that one.
  public func parallel(_ list: [Process], _ set: EventSet) -> Process {
    nary(.parallel, list, parameter: set.id, none: skip)
  }

  /// `P [A||B] Q …`; none is `SKIP`. One stays a row, since its alphabet restricts it.
  public func alphabetised(_ list: [(process: Process, alphabet: EventSet)]) -> Process {
    if list.isEmpty { return skip }
    return make(.alphabetised, operands: list.map(\.process.id) + list.map(\.alphabet.id))
  }

  /// The alphabets of an alphabetised parallel, in the order of its on operands.
  public func alphabets(_ p: Process) -> [EventSet] {
    precondition(op(p) == .alphabetised)
    return rawOperands(p).suffix(operandCount(p) / 2).map { EventSet(id: $0) }
  }

  public func linked(_ p: Process, _ linkage: Linkage, _ q: Process) -> Process {
    make(.linked, parameter: linkage.id, operands: [p.id, q.id])
  }

  /// `P [+A+] Q …`; none is `STOP`, one is that one.
  public func synchronisingChoice(_ list: [Process], _ set: EventSet) -> Process {
    nary(.synchronisingChoice, list, parameter: set.id, none: stop)
  }
  public func synchronisingInterrupt(_ p: Process, _ set: EventSet, _ q: Process) -> Process {
    make(.synchronisingInterrupt, parameter: set.id, operands: [p.id, q.id])
  }

  public func prioritise(_ p: Process, _ priority: Priority) -> Process {
    make(.prioritise, parameter: priority.id, operands: [p.id])
  }
  public func chase(_ p: Process) -> Process { make(.chase, operands: [p.id]) }
  public func deter(_ p: Process) -> Process { make(.deter, operands: [p.id]) }

  /// `trace_watchdog` or `failure_watchdog`, by `op`, of a specification that is at one of `places`, given in any order.
  public func watchdog(
    _ op: Operator, of places: some Sequence<Process>, over set: EventSet, bark: Event
  ) -> Process {
    precondition(op == .traceWatchdog || op == .failureWatchdog, "no watchdog")
    return make(op, parameter: set.id, operands: Set(places).sorted().map(\.id) + [bark.id])
  }

  /// What a watchdog does when it has seen what is not allowed.
  public func bark(_ p: Process) -> Event { Event(id: rawOperand(p, onOperandCount(p))) }

  private func nary(_ op: Operator, _ list: [Process], parameter: Int32 = 0, none: Process) -> Process {
    switch list.count {
    case 0: none
    case 1: list[0]
    default: make(op, parameter: parameter, operands: list.map(\.id))
    }
  }
}
