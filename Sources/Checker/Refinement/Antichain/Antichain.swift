import TransitionSystems

/// Which pairs of a breadth-first search are worth following: those whose node is minimal, as a set of specification
/// states, among all that were met with the same state of the implementation.
///
/// A smaller set allows less and leads to smaller sets, so whatever offends below (s, U) offends below (s, V) if V ⊆ U,
/// after as many steps. The pairs of a ply are looked at together, before any is followed: so a pair is dropped for one
/// of an earlier ply or of its own, a shortest violation stays as short, and what is kept depends on the ply as a set.
///
/// > Source: Laveaux, Groote and Willemse, *Correct and Efficient Antichain Algorithms for Refinement Checking*, LMCS
/// > 2021: failures-divergences, and why a pair must enter the antichain when it is discovered and not when it is
/// > followed. There pairs come one by one, here a ply at a time.
///
/// Of a long list only the beginning is compared with: what is kept then need not be an antichain, which costs pairs
/// and no more. So a search takes a bounded time longer than without, also where no pair can be dropped.
///
/// Invariants:
/// - I1: every pair that was met has, in its state's list, a node that is a subset of its own.
/// - I2: an entry that was taken out is in no list.
struct Antichain<Word: PackedWord>: ~Copyable {
  private let nodes: NormalForm
  private let budget: Budget
  private let stateMask: Word, nodeShift: Word

  /// State → its number, from 0 on.
  private var numbers = WordMap<Word>()
  /// State's number → the first entry of its list, −1 for none.
  private var heads: [Int32] = []
  /// Entry → its node, −1 if a smaller one of the same ply came.
  private var entries: [Int32] = []
  /// Entry → the next in its list, −1 for none.
  private var followers: [Int32] = []
  /// How many pairs were kept.
  private(set) var pairCount = 0

  /// How far a list is compared.
  private static var reach: Int { 1024 }

  init(_ nodes: NormalForm, stateBits: Int, _ budget: Budget) {
    self.nodes = nodes
    self.budget = budget
    stateMask = ((1 as Word) << Word(stateBits)) - 1
    nodeShift = Word(stateBits)
  }

  var bytes: Int { numbers.bytes + (heads.capacity + entries.capacity + followers.capacity) * 4 }

  /// The pairs of a new ply that are to be followed. Each pair is to be given once in all.
  mutating func minimal(of ply: WordStream<Word>) throws(LimitReached) -> WordStream<Word> {
    let first = entries.count
    if first + ply.count > Int(Int32.max) { throw .states(Int(Int32.max)) }
    var reader = WordStream.Reader(ply), candidates: [Word] = [], dropped = 0
    while reader.remaining > 0 {
      let pair = reader.read()
      if try insert(pair, firstOfPly: first, &dropped) { candidates.append(pair) } else { dropped += 1 }
    }
    pairCount += ply.count - dropped
    if dropped == 0 { return ply }
    var writer = WordStream<Word>.Writer(room: ply.byteCount)
    for (i, pair) in candidates.enumerated() where entries[first + i] >= 0 { writer.append(pair) }
    return writer.finish()
  }

  /// Puts `pair` into its state's list and takes out what includes it; false where the list has a subset of it.
  private mutating func insert(
    _ pair: Word, firstOfPly: Int, _ dropped: inout Int
  ) throws(LimitReached) -> Bool {
    try budget.tick()
    let node = Int32(truncatingIfNeeded: pair &>> nodeShift), newNumber = Int32(heads.count)
    let state = Int(numbers.number(of: pair & stateMask, orInsert: newNumber))
    if state == newNumber { heads.append(-1) }
    var at = heads[state], before: Int32 = -1, compared = 0
    while at >= 0, compared < Self.reach {
      let other = entries[Int(at)], next = followers[Int(at)]
      if nodes.isSubset(other, of: node) {
        // To the front: it is a small one, and the next pair may include it as well.
        if before >= 0 {
          followers[Int(before)] = next
          followers[Int(at)] = heads[state]
          heads[state] = at
        }
        return false
      }
      if nodes.isSubset(node, of: other) {
        if before < 0 { heads[state] = next } else { followers[Int(before)] = next }
        if at >= firstOfPly {
          entries[Int(at)] = -1
          dropped += 1
        }
      } else {
        before = at
      }
      at = next
      compared += 1
    }
    followers.append(heads[state])
    heads[state] = Int32(entries.count)
    entries.append(node)
    return true
  }
}
