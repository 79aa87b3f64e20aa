import CSPMSyntax
import ProcessTerms

/// A process that the language makes and no script writes: one that comes back to itself, or has more states than should
/// be made before they are reached. The same description is the same process.
enum Generated: Hashable {
  struct Branch: Hashable {
    let event: Event
    let after: Process
  }

  /// `TSKIP = SKIP [] tock -> TSKIP`
  case timedSkip(tock: Event)
  /// `X = tock -> X [] a -> P [] …`
  case timedMenu(tock: Event, [Branch])
  /// `tock -> … -> P`, with so many units of time; at least one.
  case delay(tock: Event, Int, Process)
  /// `X = P ; X`
  case loop(Process)
  /// A buffer and what is in it, as the events that will come out.
  case buffer(BufferDescription, [Event])
}

/// `BUFFER`, `WEAK_BUFFER` and `SIGNAL_BUFFER`.
struct BufferDescription: Hashable {
  let capacity: Int
  /// Each input with its output, by input.
  let pairs: [Pair]
  /// Offered while the buffer is full, or empty.
  var full: Event?, empty: Event?

  struct Pair: Hashable, Comparable {
    let input: Event, output: Event
    static func < (a: Pair, b: Pair) -> Bool { (a.input, a.output) < (b.input, b.output) }
  }
}

extension Evaluator {
  func generated(_ description: Generated, at span: Span) -> Process {
    intern(.generated(description)) { .generated(description, span) }
  }

  /// The first step of a generated process.
  func unfold(_ description: Generated, at span: Span) -> Process {
    func itself() -> Process { generated(description, at: span) }
    switch description {
    case .timedSkip(let tock): return table.externalChoice([table.skip, table.prefix(tock, itself())])
    case .timedMenu(let tock, let branches):
      return table.prefix([(tock, itself())] + branches.map { ($0.event, $0.after) })
    case .delay(let tock, let units, let process):
      return table.prefix(tock, units > 1 ? generated(.delay(tock: tock, units - 1, process), at: span) : process)
    case .loop(let process): return table.sequence(process, itself())
    case .buffer(let buffer, let contents):
      var branches: [(Event, Process)] = []
      if contents.count < buffer.capacity {
        for pair in buffer.pairs {
          branches.append((pair.input, generated(.buffer(buffer, contents + [pair.output]), at: span)))
        }
      } else if let full = buffer.full {
        branches.append((full, itself()))
      }
      if let first = contents.first {
        branches.append((first, generated(.buffer(buffer, Array(contents.dropFirst())), at: span)))
      } else if let empty = buffer.empty {
        branches.append((empty, itself()))
      }
      return table.prefix(branches)
    }
  }

  func name(of description: Generated) -> String {
    switch description {
    case .timedSkip: "TSKIP"
    case .delay(_, let units, _): "WAIT(\(units))"
    case .loop, .timedMenu: ""
    case .buffer(let buffer, let contents):
      (buffer.empty != nil ? "SIGNAL_BUFFER" : buffer.full != nil ? "WEAK_BUFFER" : "BUFFER")
        + "(\(buffer.capacity)) with \(contents.count)"
    }
  }

  func isNamed(_ description: Generated) -> Bool {
    switch description {
    case .timedSkip, .delay, .buffer: true
    case .loop, .timedMenu: false
    }
  }

  // MARK: Time

  /// The event by which time passes in a section.
  func tock(_ tag: Tag, at span: Span) throws -> Event { try event(plain(tag), at: span) }

  /// `TSTOP = tock -> TSTOP`
  func timedStop(_ tock: Event) -> Process { table.run(table.set([tock])) }

  func delay(_ tock: Event, _ units: Int, _ process: Process, at span: Span) throws -> Process {
    guard units >= 0 else {
      throw Diagnostic(id: "negative-duration", "time cannot pass for \(units) units", at: span)
    }
    return units == 0 ? process : generated(.delay(tock: tock, units, process), at: span)
  }

  /// `WAIT(n)` and `timed_priority(P)`.
  func applyTimed(_ isWait: Bool, _ tag: Tag, _ a: Arguments) throws -> Value {
    let tock = try tock(tag, at: a.span)
    if isWait {
      let units = try expectInteger(try a.value(0), at: a.span)
      return .process(try delay(tock, units, generated(.timedSkip(tock: tock), at: a.span), at: a.span))
    }
    // Time passes only where nothing else can happen at once: τ and ✓ rank above tock.
    return .process(noted(table.prioritise(try a.process(0), table.priority([tock: [.tau, .tick]])), at: a.span))
  }

  // MARK: Buffers

  /// `BUFFER(n, pairs)`, `WEAK_BUFFER(n, full, pairs)`, `SIGNAL_BUFFER(n, full, empty, pairs)`.
  ///
  /// > Source: undocumented in FDR; libcspm prints them as a buffer of a capacity that refuses inputs when full, or
  /// > performs `full` then, and `empty` when empty. That is read as: the signal is offered as long as it is true.
  func buffer(_ a: Arguments, signals: Int) throws -> Process {
    let span = a.span
    let capacity = try expectInteger(try a.value(0), at: span)
    guard capacity > 0 else {
      throw Diagnostic(
        id: "buffer-capacity", "a buffer holds at least 1 event, found a capacity of \(capacity)", at: span)
    }
    let pairs = try a.pairs(signals + 1).map {
      BufferDescription.Pair(input: try event($0.0, at: span), output: try event($0.1, at: span))
    }
    var description = BufferDescription(capacity: capacity, pairs: pairs.sorted())
    if signals > 0 { description.full = try event(try a.normal(1), at: span) }
    if signals > 1 { description.empty = try event(try a.normal(2), at: span) }
    var seen: Set<Event> = []
    let all = pairs.flatMap { [$0.input, $0.output] } + [description.full, description.empty].compactMap { $0 }
    for event in all where !seen.insert(event).inserted {
      throw Diagnostic(
        id: "buffer-event-twice", "\(table.alphabet.name(event)) has two parts in one buffer", at: span)
    }
    return generated(.buffer(description, []), at: span)
  }
}
