import TransitionSystems

/// Looks for cycles of τ by walking from some pairs of a ply, at each state along one of its steps: where there are many
/// cycles one is found early, and no memory is needed. That none is found says nothing.
///
/// Of the targets of a state the one with the least hash is taken, so that the walk is that of a function, and Brent's
/// algorithm finds its cycle (*An improved Monte Carlo factorization algorithm*, BIT 1980). What is found is a function of
/// the model.
struct SilentWalks<Word: PackedWord>: ~Copyable {
  /// Has steps of τ alone.
  private let machine: PackedMachine<Word>
  private var outbox = Outbox<Word>(capacity: 64)

  init(_ machine: PackedMachine<Word>) { self.machine = machine }

  /// Whether a walk from some pair of the ply, whose node does not diverge, came to a cycle.
  // SAFETY: nobody asks the specification, whose tables these are, anything meanwhile.
  mutating func findCycle(
    from ply: [WordStream<Word>], _ coder: StateCoder<Word>, _ tables: UnsafeMutablePointer<Specification.Tables>?
  ) -> Bool {
    let mask = ((1 as Word) << Word(machine.layout.width)) - 1
    var units: [(stream: WordStream<Word>, unit: Int)] = []
    for stream in ply { for unit in 0..<stream.unitCount { units.append((stream, unit)) } }
    let step = (units.count + SilentWalksLimit.walks - 1) / SilentWalksLimit.walks
    for i in stride(from: 0, to: units.count, by: max(1, step)) {
      var reader = WordStream.Reader(units[i].stream, unit: units[i].unit)
      let pair = coder.decode(reader.read())
      if let tables, tables.pointee.diverges[Int(truncatingIfNeeded: pair &>> Word(machine.layout.width))] { continue }
      if comesBack(from: pair & mask) { return true }
    }
    return false
  }

  private mutating func comesBack(from start: Word) -> Bool {
    var milestone = start, state = start, power = 1, length = 0
    for _ in 0..<SilentWalksLimit.length {
      guard let next = step(from: state) else { return false }
      state = next
      if state == milestone { return true }
      length += 1
      if length == power { (milestone, power, length) = (state, power * 2, 0) }
    }
    return false
  }

  private mutating func step(from state: Word) -> Word? {
    outbox.count = 0
    machine.successors(of: state, into: &outbox)
    var chosen: Word?, least = UInt64.max
    for i in 0..<outbox.count {
      let rank = hash(outbox.words[i] ^ state)
      if rank <= least { (chosen, least) = (outbox.words[i], rank) }
    }
    return chosen
  }
}

/// How far they go.
enum SilentWalksLimit {
  static var walks: Int { 32 }
  static var length: Int { 4096 }
  static var steps: Int { walks * length }
}
