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
      if findsDeadlock || findsDivergence { lookAtEvents(of: pair, start..<outbox.count) }
      return true
    }
    let node = node(of: pair)
    // Below a divergence everything is allowed.
    if tables.pointee.diverges[node] { return true }
    try machine.successors(of: pair & stateMask, into: &outbox)
    let found = follow(pair, node, tables.pointee, start..<outbox.count)
    guard try test(pair, node, start..<outbox.count, found) else {
      outbox.count = start
      return false
    }
    transitions &+= outbox.count &- start
    return true
  }

  @inline(__always) func node(of pair: Word) -> Int { Int(truncatingIfNeeded: pair &>> nodeShift) }

  /// Expands each of `pairs[..<n]`, from an empty outbox, as long as that has fewer than `largestBlock` successors. What would
  /// need an entry of the specification that is not known is added to `stalled`; its successors, and those of a pair below a
  /// divergence, are pairs that were expanded.
  ///
  /// With `tau`, the steps whose event is τ, the steps of the set in the span of each pair are only counted: they are
  /// allowed, keep the node and lead to what is met all the same. They are no ✓.
  ///
  /// - Returns: how many it took.
  ///
  /// SAFETY: see `PackedMachine.successors(ofAll:_:mask:atMost:noting:wholly:spans:into:)`.
  @inline(__always)
  mutating func expand(
    _ pairs: UnsafePointer<Word>, _ n: Int, _ spans: UnsafeMutablePointer<StepSpan>, tau: UnsafePointer<UInt64>?,
    stalled: inout [Word]
  ) -> Int where M: StepMachine {
    let done: Int
    if let tau {
      // Where a pair stands still, all that it offers is wanted.
      done = machine.successors(
        ofAll: pairs, n, mask: stateMask, atMost: Self.largestBlock, noting: tau, wholly: comparesFailures,
        spans: spans, into: &outbox)
    } else {
      done = machine.successors(
        ofAll: pairs, n, mask: stateMask, atMost: Self.largestBlock, spans: spans, into: &outbox)
    }
    if let tables { follow(pairs, done, spans, tables, &stalled) } else { lookAtEvents(of: pairs, done, spans) }
    return done
  }

  /// Puts the nodes to the successors of pairs, and makes the local tests.
  @inline(__always)
  private mutating func follow(
    _ pairs: UnsafePointer<Word>, _ n: Int, _ spans: UnsafePointer<StepSpan>,
    _ tables: UnsafeMutablePointer<Specification.Tables>, _ stalled: inout [Word]
  ) {
    // Nobody asks the specification anything meanwhile.
    let tables = tables.pointee, testsMore = comparesFailures || findsDivergence
    var start = 0, count = 0
    for i in 0..<n {
      let pair = pairs[i], node = node(of: pair), end = spans[i].end
      var isExpanded = false
      if !tables.diverges[node] {
        let found = follow(pair, node, tables, start..<end, omittedTau: spans[i].isNoted)
        // The specification is not asked: nothing is thrown.
        isExpanded = !found.isDoubtful && !testsMore || (try? test(pair, node, start..<end, found)) ?? false
        if isExpanded { count &+= end &- start &+ spans[i].omitted } else { stalled.append(pair) }
      }
      // In their place the pair itself, which is old.
      if !isExpanded { for j in start..<end { outbox.words[j] = pair } }
      start = end
    }
    transitions &+= count
  }

  /// The tests that need no specification, of pairs.
  @inline(__always)
  private mutating func lookAtEvents(of pairs: UnsafePointer<Word>, _ n: Int, _ spans: UnsafePointer<StepSpan>) {
    var start = 0, count = outbox.count
    for i in 0..<n {
      if findsDeadlock || findsDivergence { lookAtEvents(of: pairs[i], start..<spans[i].end, spans[i]) }
      count &+= spans[i].omitted
      start = spans[i].end
    }
    transitions &+= count
  }

  /// The tests that need no specification, of a pair whose successors are in `range`; without those in `span` that were left
  /// out.
  @inline(__always)
  private mutating func lookAtEvents(of pair: Word, _ range: Range<Int>, _ span: StepSpan? = nil) {
    var tau = span?.isNoted ?? false
    for i in range {
      if outbox.events[i] == EventID.tau { tau = true }
      if outbox.events[i] == EventID.tick, findsDeadlock { terminated.insert(outbox.words[i]) }
    }
    if tau, findsDivergence { divergenceRoots.append(pair) }
    if range.isEmpty, span?.omitted ?? 0 == 0, findsDeadlock, !terminated.contains(pair) {
      report(Violation(kind: .deadlock, pair: pair))
    }
  }

  /// Whether a pair can do τ or ✓, and whether some event of it is not allowed, or not known to be.
  private struct Followed {
    var tau: Bool, tick = false, isDoubtful = false
  }

  /// Puts the nodes to the successors of `pair`; where that is doubtful, they are to be found anew.
  @inline(__always)
  private func follow(
    _ pair: Word, _ node: Int, _ tables: Specification.Tables, _ range: Range<Int>, omittedTau: Bool = false
  ) -> Followed {
    // Without branches, as if all were allowed and known: so it is nearly always.
    let row = tables.row(node), shift = nodeShift, words = outbox.words, events = outbox.events
    var signs: Int32 = 0, least = Int32.max, ticks: Int32 = 0, i = range.lowerBound
    while i < range.upperBound {
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
    return Followed(tau: least == EventID.tau || omittedTau, tick: ticks != 0, isDoubtful: signs < 0)
  }

  /// The local tests of the model. False where an entry is unknown and may not be asked for.
  @inline(__always)
  private mutating func test(_ pair: Word, _ node: Int, _ range: Range<Int>, _ found: Followed) throws -> Bool {
    if found.isDoubtful { return try followWithCare(pair, node, range, omittedTau: found.tau) }
    return try testAllowed(pair, node, range, tau: found.tau, tick: found.tick)
  }

  /// ``follow`` where something is unknown or not allowed, and the tests.
  @inline(never)
  private mutating func followWithCare(
    _ pair: Word, _ node: Int, _ range: Range<Int>, omittedTau: Bool
  ) throws -> Bool {
    let tables = tables.unsafelyUnwrapped, words = outbox.words, events = outbox.events
    var tau = omittedTau, tick = false, offence = Int32.max, offendingTarget: Word = 0
    for i in range {
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
    if offence == Int32.max { return try testAllowed(pair, node, range, tau: tau, tick: tick) }
    report(Violation(kind: .event(offence, target: offendingTarget), pair: pair))
    if tau, findsDivergence { divergenceRoots.append(pair) }
    return true
  }

  /// The local tests of a pair whose events are allowed.
  @inline(__always)
  private mutating func testAllowed(
    _ pair: Word, _ node: Int, _ range: Range<Int>, tau: Bool, tick: Bool
  ) throws -> Bool {
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
        for i in range { offered.insert(outbox.events[i]) }
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
