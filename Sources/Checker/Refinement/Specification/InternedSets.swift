import TransitionSystems

/// Sets of small numbers, each stored once and called by its own number from 0 on.
///
/// Invariants:
/// - I1: the members of a set ascend; different sets have different members.
/// - I2: `slots` is a power of two long and at most three quarters full; an entry is the number of a set, or −1.
/// - I3: bit k of a signature is set if the set has a member whose rank is k modulo 64. A rank is given to each member
///   when it is first met, so that as long as there are no more than 64 the signature is the set.
struct InternedSets: ~Copyable {
  // Set → its members, as a range of `members`.
  private var starts: [Int] = [0]
  private var members: [Int32] = []
  private var signatures: [UInt64] = []
  private var slots = [Int32](repeating: -1, count: 64)
  /// Member → its rank, −1 for none.
  private var ranks = NumberArray<Int32>(nothing: -1)
  private var rankCount: Int32 = 0

  init() {}

  var count: Int { signatures.count }
  var bytes: Int { starts.count * 8 + members.count * 4 + signatures.count * 8 + slots.count * 4 + ranks.bytes }

  subscript(set: Int32) -> ArraySlice<Int32> { members[starts[Int(set)]..<starts[Int(set) + 1]] }

  /// The number of the set of `list`, which ascends; nil if it was not inserted yet.
  func number(of list: [Int32]) -> Int32? {
    let number = slots[slot(of: list)]
    return number < 0 ? nil : number
  }

  /// The number of a set that is not there yet.
  mutating func insert(_ list: [Int32]) -> Int32 {
    if count >= slots.count / 4 * 3 { grow() }
    let number = Int32(count)
    slots[slot(of: list)] = number
    var signature: UInt64 = 0
    for member in list { signature |= 1 << UInt64(rank(of: member) & 63) }
    signatures.append(signature)
    members += list
    starts.append(members.count)
    return number
  }

  /// Whether every member of `a` is one of `b`.
  func isSubset(_ a: Int32, of b: Int32) -> Bool {
    if signatures[Int(a)] & ~signatures[Int(b)] != 0 { return false }
    if rankCount <= 64 { return true }
    var at = starts[Int(a)], other = starts[Int(b)]
    let end = starts[Int(a) + 1], otherEnd = starts[Int(b) + 1]
    while at < end {
      if end - at > otherEnd - other { return false }
      if members[at] < members[other] { return false }
      if members[at] == members[other] { at += 1 }
      other += 1
    }
    return true
  }

  private mutating func rank(of member: Int32) -> Int32 {
    if ranks[member] < 0 {
      ranks[member] = rankCount
      rankCount += 1
    }
    return ranks[member]
  }

  /// Where the set of `list` is, or would be.
  private func slot(of list: some RandomAccessCollection<Int32>) -> Int {
    var key = UInt64(list.count)
    for member in list { key = hash(key ^ UInt64(UInt32(bitPattern: member))) }
    var i = Int(truncatingIfNeeded: key &>> 20) & (slots.count - 1)
    while slots[i] >= 0, !self[slots[i]].elementsEqual(list) { i = (i + 1) & (slots.count - 1) }
    return i
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for number in 0..<Int32(count) { slots[slot(of: self[number])] = number }
  }
}
