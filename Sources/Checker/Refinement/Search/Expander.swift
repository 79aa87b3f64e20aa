import TransitionSystems

/// What a search does at one pair: its successors with their nodes, and the local tests of the question.
///
/// Invariants:
/// - I1: of the violations that were met, the smallest pair's is kept; at one pair an event comes before a refusal.
/// - I2: what it finds is a function of the pairs that were expanded, not of their order.
/// - I3: the inner loops allocate nothing, count no references and call through no existential.
struct Expander<M: Machine>: ~Copyable {
  typealias Word = M.Word

  /// Successors after which a block of pairs ends: states may have very many.
  static var largestBlock: Int { 1 << 16 }

  let machine: M
  // SAFETY: the tables belong to the specification that `question` holds, and stay where they are (its I2); while several
  // expanders read them at once nobody asks the specification anything.
  private let tables: UnsafeMutablePointer<Specification.Tables>?
  private let question: Question
  private let comparesFailures: Bool, findsDivergence: Bool, findsDeadlock: Bool
  /// Whether an unknown entry of the specification is found out; without, a pair that needs one is not expanded.
  private let asksSpecification: Bool
  let stateMask: Word, nodeShift: Word

  /// The successors of what was expanded since it was cleared, as pairs.
  var outbox = Outbox<Word>(capacity: 4096)
  private(set) var transitions = 0
  /// The smallest so far.
  var violation: Violation<Word>?
  /// Pairs that can do τ and whose divergence matters, since it was cleared.
  var divergenceRoots: [Word] = []
  /// Where ✓ leads: no deadlock.
  var terminated: Set<Word> = []
  private var offered = EventMarks()

  init(_ machine: M, _ question: Question, asksSpecification: Bool = true) {
    self.machine = machine
    self.question = question
    self.asksSpecification = asksSpecification
    tables = question.specification?.tables
    comparesFailures = question.specification.map { $0.model != .traces } ?? false
    (findsDivergence, findsDeadlock) = (question.findsDivergence, question.findsDeadlock)
    stateMask = ((1 as Word) << Word(machine.stateBits)) - 1
    nodeShift = Word(machine.stateBits)
  }

  /// Appends the successors of `pair` to the outbox. False, and nothing done, where an entry of the specification is
  /// unknown and may not be asked for.
  @inline(__always)
  mutating func expand(_ pair: Word) throws -> Bool {
    let start = outbox.count
    guard let tables else {
      try machine.successors(of: pair & stateMask, into: &outbox)
      transitions &+= outbox.count &- start
      if findsDeadlock || findsDivergence { lookAtEvents(of: pair, from: start) }
      return true
    }
    let node = Int(truncatingIfNeeded: pair &>> nodeShift)
    // Below a divergence everything is allowed.
    if tables.pointee.diverges[node] { return true }
    try machine.successors(of: pair & stateMask, into: &outbox)
    guard try follow(pair, node, from: start) else {
      outbox.count = start
      return false
    }
    transitions &+= outbox.count &- start
    return true
  }

  /// The same, but the steps of `needless` are only counted: they are allowed, keep the node and lead to what is met all the
  /// same. They are no ✓.
  ///
  /// - Parameter tau: the steps whose event is τ.
  ///
  /// SAFETY: see `PackedMachine.successors(of:without:noting:into:)`.
  @inline(__always)
  mutating func expand(
    _ pair: Word, without needless: UnsafePointer<UInt64>, tau: UnsafePointer<UInt64>
  ) throws -> Bool where M: StepMachine {
    let start = outbox.count, node = Int(truncatingIfNeeded: pair &>> nodeShift)
    // Below a divergence everything is allowed.
    if let tables, tables.pointee.diverges[node] { return true }
    let omitted = machine.successors(of: pair & stateMask, without: needless, noting: tau, into: &outbox)
    if tables == nil {
      if findsDeadlock || findsDivergence { lookAtEvents(of: pair, from: start, omitted) }
    } else if comparesFailures, omitted.count > 0, !omitted.isNoted {
      // Where it stands still, all that it offers is wanted.
      outbox.count = start
      return try expand(pair)
    } else {
      guard try follow(pair, node, from: start, omittedTau: omitted.isNoted) else {
        outbox.count = start
        return false
      }
    }
    transitions &+= outbox.count &- start &+ omitted.count
    return true
  }

  /// The tests that need no specification.
  @inline(__always)
  private mutating func lookAtEvents(of pair: Word, from start: Int, _ omitted: OmittedSteps = .none) {
    var tau = omitted.isNoted
    for i in start..<outbox.count {
      if outbox.events[i] == EventID.tau { tau = true }
      if outbox.events[i] == EventID.tick, findsDeadlock { terminated.insert(outbox.words[i]) }
    }
    if tau, findsDivergence { divergenceRoots.append(pair) }
    if outbox.count == start, omitted.count == 0, findsDeadlock, !terminated.contains(pair) {
      report(Violation(kind: .deadlock, pair: pair))
    }
  }

  /// Puts the nodes to the successors of `pair` and makes the local tests of the model.
  @inline(__always)
  private mutating func follow(
    _ pair: Word, _ node: Int, from start: Int, omittedTau: Bool = false
  ) throws -> Bool {
    let tables = tables.unsafelyUnwrapped, words = outbox.words, events = outbox.events, end = outbox.count
    // Without branches, as if all were allowed and known: so it is nearly always.
    let row = tables.pointee.row(node), shift = nodeShift
    var signs: Int32 = 0, least = Int32.max, ticks: Int32 = 0, i = start
    while i < end {
      let event = events[i]
      if Int(event) >= row.count {
        signs = -1
        break
      }
      let next = row[Int(event)]
      signs |= next
      least = min(least, event)
      ticks |= event == EventID.tick ? 1 : 0
      words[i] |= Word(truncatingIfNeeded: next) &<< shift
      i &+= 1
    }
    if signs < 0 { return try followWithCare(pair, node, from: start, to: end, omittedTau) }
    return try test(pair, node, from: start, tau: least == EventID.tau || omittedTau, tick: ticks != 0)
  }

  /// The same where something is unknown or not allowed.
  @inline(never)
  private mutating func followWithCare(
    _ pair: Word, _ node: Int, from start: Int, to end: Int, _ omittedTau: Bool
  ) throws -> Bool {
    let tables = tables.unsafelyUnwrapped, words = outbox.words, events = outbox.events
    var tau = omittedTau, tick = false, offence = Int32.max, offendingTarget: Word = 0
    for i in start..<end {
      words[i] &= stateMask
      let event = events[i]
      if event == EventID.tau { tau = true }
      if event == EventID.tick { tick = true }
      let row = tables.pointee.row(node)
      var next = Int(event) < row.count ? row[Int(event)] : Specification.unknown
      if next == Specification.unknown { next = event == EventID.tau ? Int32(node) : try find(node, event) }
      if next == Specification.unknown { return false }
      if next < 0 {
        if (event, words[i]) < (offence, offendingTarget) { (offence, offendingTarget) = (event, words[i]) }
        // In its place the pair itself, which is old.
        words[i] = pair
      } else {
        words[i] |= Word(truncatingIfNeeded: next) &<< nodeShift
      }
    }
    if offence == Int32.max { return try test(pair, node, from: start, tau: tau, tick: tick) }
    report(Violation(kind: .event(offence, target: offendingTarget), pair: pair))
    if tau, findsDivergence { divergenceRoots.append(pair) }
    return true
  }

  /// The local tests of a pair whose events are allowed.
  @inline(__always)
  private mutating func test(_ pair: Word, _ node: Int, from start: Int, tau: Bool, tick: Bool) throws -> Bool {
    if comparesFailures, tick || !tau {
      let tables = tables.unsafelyUnwrapped
      var acceptances = tables.pointee.acceptances[node]
      if acceptances < 0 {
        guard asksSpecification else { return false }
        acceptances = try question.specification.unsafelyUnwrapped.findAcceptances(Int32(node))
      }
      offered.clear()
      // A state that can do ✓ may refuse all else, stable or not.
      if tick {
        offered.insert(EventID.tick)
      } else {
        for i in start..<outbox.count { offered.insert(outbox.events[i]) }
      }
      if !offered.containAny(of: tables.pointee.pool + acceptances) {
        report(Violation(kind: .refusal, pair: pair))
      }
    }
    if tau, findsDivergence { divergenceRoots.append(pair) }
    return true
  }

  /// An entry that the rows do not have.
  @inline(never)
  private func find(_ node: Int, _ event: Int32) throws -> Int32 {
    let specification = question.specification.unsafelyUnwrapped
    return asksSpecification
      ? try specification.findNext(Int32(node), event) : specification.knownNext(Int32(node), event)
  }

  /// Asks the specification for all that expanding `pair` needs.
  mutating func learn(_ pair: Word) throws {
    guard let specification = question.specification else { return }
    let node = Int32(truncatingIfNeeded: pair &>> nodeShift)
    outbox.count = 0
    try machine.successors(of: pair & stateMask, into: &outbox)
    for i in 0..<outbox.count where outbox.events[i] != EventID.tau {
      _ = try specification.findNext(node, outbox.events[i])
    }
    if comparesFailures, specification.tables.pointee.acceptances[Int(node)] < 0 {
      _ = try specification.findAcceptances(node)
    }
    outbox.count = 0
  }

  mutating func report(_ found: Violation<Word>) {
    if let violation, violation.pair <= found.pair { return }
    violation = found
  }
}
