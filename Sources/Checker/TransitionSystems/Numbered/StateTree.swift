/// Numbers states that are too wide for a word: a state is cut into blocks of up to 64 bits, the blocks are numbered,
/// then pairs of numbers, pairs of those, and so on; the number at the root is the number of the state.
///
/// States that differ in one block share all that is not above it, so a state costs 12 to 20 bytes at the root and little
/// below, however wide it is; and to number a successor costs one look into a table a level. Exact.
///
/// Invariants:
/// - I1: two states have the same number if and only if they are equal; numbers count from 0 in the order in which the
///   states came.
/// - I2: between calls `changed` equals `current`, and `pending` is empty.
///
/// Source: Laarman, van de Pol, Weber, *Parallel recursive state compression for free*, SPIN 2011; there one table for all
/// nodes of the tree, here one a node, so that numbers stay small and a table's words are of one kind.
final class StateTree {
  let blockCount: Int
  private let nodeCount: Int
  // SAFETY: all of them are initialised, owned and freed in deinit; `nodeCount` long, but for `pending`, which has
  // a bit for each node, and `blocks`. The blocks are the nodes 0..<blockCount, the root is the last; a parent comes
  // after its children.
  private let numbers: UnsafeMutablePointer<WordNumbers>
  private let parents: UnsafeMutablePointer<Int32>
  private let lefts: UnsafeMutablePointer<Int32>, rights: UnsafeMutablePointer<Int32>
  /// Of the state that was read last: node → number; and the same with the changes that are being numbered.
  private let current: UnsafeMutablePointer<UInt32>, changed: UnsafeMutablePointer<UInt32>
  /// Nodes below which something changed and that have not been numbered.
  private let pending: UnsafeMutablePointer<UInt64>, pendingWords: Int
  /// Block → its bits, of the state that was read last.
  let blocks: UnsafeMutablePointer<UInt64>

  init(blockCount: Int) {
    self.blockCount = blockCount
    nodeCount = 2 * blockCount - 1
    numbers = .allocate(capacity: nodeCount)
    parents = .allocate(capacity: nodeCount)
    lefts = .allocate(capacity: nodeCount)
    rights = .allocate(capacity: nodeCount)
    current = .allocate(capacity: nodeCount)
    changed = .allocate(capacity: nodeCount)
    blocks = .allocate(capacity: blockCount)
    pendingWords = (nodeCount + 63) / 64
    pending = .allocate(capacity: pendingWords)
    pending.initialize(repeating: 0, count: pendingWords)
    blocks.initialize(repeating: 0, count: blockCount)
    for list in [parents, lefts, rights] { list.initialize(repeating: -1, count: nodeCount) }
    for list in [current, changed] { list.initialize(repeating: 0, count: nodeCount) }
    for node in 0..<nodeCount { (numbers + node).initialize(to: WordNumbers()) }
    // Neighbours in pairs, level by level: a queue, so that the tree is as flat as can be.
    var waiting = Array(0..<blockCount), at = 0
    for node in blockCount..<nodeCount {
      (lefts[node], rights[node]) = (Int32(waiting[at]), Int32(waiting[at + 1]))
      parents[waiting[at]] = Int32(node)
      parents[waiting[at + 1]] = Int32(node)
      waiting.append(node)
      at += 2
    }
  }

  deinit {
    for node in 0..<nodeCount { numbers[node].free() }
    numbers.deallocate()
    for list in [parents, lefts, rights] { list.deallocate() }
    for list in [current, changed] { list.deallocate() }
    blocks.deallocate()
    pending.deallocate()
  }

  /// How many states have a number.
  var count: Int { numbers[nodeCount - 1].count }

  var bytes: Int { (0..<nodeCount).reduce(0) { $0 + numbers[$1].bytes } }

  /// The number of a state given by all of its blocks.
  func number(of state: [UInt64]) -> UInt32 {
    var numbered: [UInt32] = state.enumerated().map { numbers[$0].number(of: $1) }
    for node in blockCount..<nodeCount {
      numbered.append(numbers[node].number(of: Self.pair(numbered[Int(lefts[node])], numbered[Int(rights[node])])))
    }
    return numbered[nodeCount - 1]
  }

  /// Makes the state of that number the current one, and writes its `blocks`.
  func read(_ number: UInt32) {
    current[nodeCount &- 1] = number
    changed[nodeCount &- 1] = number
    var node = nodeCount &- 1
    while node >= blockCount {
      let pair = numbers[node][current[node]], left = Int(lefts[node]), right = Int(rights[node])
      (current[left], current[right]) = (UInt32(truncatingIfNeeded: pair), UInt32(truncatingIfNeeded: pair &>> 32))
      (changed[left], changed[right]) = (current[left], current[right])
      node &-= 1
    }
    for block in 0..<blockCount { blocks[block] = numbers[block][current[block]] }
  }

  /// Gives a block of the current state other bits, for the next call of `numberChanged`. Each block once.
  @inline(__always) func change(_ block: Int, to bits: UInt64) {
    changed[block] = numbers[block].number(of: bits)
    if parents[block] >= 0 { mark(Int(parents[block])) }
  }

  /// The number of the current state with the changes, which are forgotten then.
  @inline(__always) func numberChanged() -> UInt32 {
    var result = blockCount == 1 ? changed[0] : current[nodeCount &- 1]
    for word in 0..<pendingWords {
      // What is marked on the way comes later, in this word or a later one.
      while pending[word] != 0 {
        let node = word &* 64 &+ pending[word].trailingZeroBitCount
        pending[word] &= pending[word] &- 1
        let left = Int(lefts[node]), right = Int(rights[node])
        result = numbers[node].number(of: Self.pair(changed[left], changed[right]))
        changed[node] = result
        (changed[left], changed[right]) = (current[left], current[right])
        if parents[node] >= 0 { mark(Int(parents[node])) }
      }
    }
    changed[nodeCount &- 1] = current[nodeCount &- 1]
    return result
  }

  @inline(__always) private func mark(_ node: Int) { pending[node &>> 6] |= 1 &<< UInt64(node & 63) }

  @inline(__always) private static func pair(_ left: UInt32, _ right: UInt32) -> UInt64 {
    UInt64(left) | UInt64(right) &<< 32
  }
}
