import TransitionSystems

/// The coarsest strong bisimulation inside a partition, in O(m log n): each step takes a block out of a compound of
/// blocks that holds at most half of its states, and parts every block by whether its states can step into that block,
/// into the rest of the compound, or into both.
///
/// > Source: Paige, Tarjan, *Three partition refinement algorithms*, SIAM J. Comput. 1987, section 3, with labels; the
/// > arrays are those of Valmari, *Bisimilarity minimization in O(m log n) time*, Petri Nets 2009.
///
/// Invariants:
/// - I1: a compound is a range of the partition's elements, and a union of blocks. Those of several are `pending`.
/// - I2: within a block, all states or none have a step with a given label into a given compound.
/// - I3: the steps of one state with one label into one compound share a record, which holds their number.
struct SplitterRefinement {
  private(set) var partition: RefinablePartition
  private let system: ExplicitSystem
  // Steps by target: those into s are `incoming[incomingStarts[s]..<incomingStarts[s + 1]]`.
  private var incomingStarts: [Int32], incoming: [Int32]
  /// Step → its source, its label as a dense number, its record.
  private var sources: [Int32], labels: [Int32], records: [Int32]
  private var labelCount = 0
  /// Record → how many steps have it.
  private var counts: [Int32] = []
  private var freeRecords: [Int32] = []
  private var compounds: [Range<Int32>]
  private var compoundOfBlock: [Int32]
  private var isPending: [Bool] = [false]
  private var pending: [Int32] = []
  private var parted: [Int32] = []

  init(_ system: ExplicitSystem, _ classes: [Int32], count: Int) {
    self.system = system
    let n = system.stateCount, m = system.edges.count
    partition = RefinablePartition(classes, count: count)
    incomingStarts = [Int32](repeating: 0, count: n + 1)
    for edge in system.edges { incomingStarts[Int(edge.target) + 1] += 1 }
    for s in 0..<n { incomingStarts[s + 1] += incomingStarts[s] }
    incoming = [Int32](repeating: 0, count: m)
    (sources, labels, records) = (incoming, incoming, incoming)
    var ends = incomingStarts, dense: [Int32: Int32] = [:]
    for s in 0..<n {
      for e in Int(system.starts[s])..<Int(system.starts[s + 1]) {
        let edge = system.edges[e]
        incoming[Int(ends[Int(edge.target)])] = Int32(e)
        ends[Int(edge.target)] += 1
        sources[e] = Int32(s)
        let isFirst = e == Int(system.starts[s]) || system.edges[e - 1].label != edge.label
        if isFirst { counts.append(0) }
        records[e] = Int32(counts.count - 1)
        counts[counts.count - 1] += 1
        if isFirst {
          labels[e] = dense[edge.label] ?? Int32(dense.count)
          dense[edge.label] = labels[e]
        } else {
          labels[e] = labels[e - 1]
        }
      }
    }
    labelCount = dense.count
    compounds = [0..<Int32(n)]
    compoundOfBlock = [Int32](repeating: 0, count: count)
  }

  mutating func run(_ limits: CompressionLimits) throws {
    if partition.blockCount > 1 { note(compound: 0) }
    partByLabels()
    var steps = [[Int32]](repeating: [], count: labelCount), used: [Int32] = []
    var fresh = [Int32](repeating: -1, count: system.stateCount), former = fresh, turn = 0
    while let compound = pending.popLast() {
      isPending[Int(compound)] = false
      turn += 1
      if turn & 0xFFF == 0 { try limits.checkpoint?() }
      for state in elements(splitOffFrom: compound) {
        for i in Int(incomingStarts[Int(state)])..<Int(incomingStarts[Int(state) + 1]) {
          let label = labels[Int(incoming[i])]
          if steps[Int(label)].isEmpty { used.append(label) }
          steps[Int(label)].append(incoming[i])
        }
      }
      for label in used {
        part(by: steps[Int(label)], &fresh, &former)
        steps[Int(label)].removeAll(keepingCapacity: true)
      }
      used.removeAll(keepingCapacity: true)
    }
  }

  /// I2 for the one compound of all states.
  private mutating func partByLabels() {
    var sourcesOfLabel = [[Int32]](repeating: [], count: labelCount)
    for e in sources.indices where e == 0 || records[e] != records[e - 1] {
      sourcesOfLabel[Int(labels[e])].append(sources[e])
    }
    for states in sourcesOfLabel {
      for state in states { partition.mark(state) }
      split()
    }
  }

  /// Makes the smaller of the blocks at both ends of a compound a compound of its own; returns its states.
  private mutating func elements(splitOffFrom compound: Int32) -> [Int32] {
    let range = compounds[Int(compound)]
    let low = partition.blocks[Int(partition.elements[Int(range.lowerBound)])]
    let high = partition.blocks[Int(partition.elements[Int(range.upperBound) - 1])]
    if low == high { return [] }
    let lowEnd = partition.end[Int(low)], highFirst = partition.first[Int(high)]
    let isLow = lowEnd - range.lowerBound <= range.upperBound - highFirst
    let part = isLow ? range.lowerBound..<lowEnd : highFirst..<range.upperBound
    compounds[Int(compound)] = isLow ? lowEnd..<range.upperBound : range.lowerBound..<highFirst
    compoundOfBlock[Int(isLow ? low : high)] = Int32(compounds.count)
    compounds.append(part)
    isPending.append(false)
    note(compound: compound)
    return Array(partition.elements[Int(part.lowerBound)..<Int(part.upperBound)])
  }

  /// Parts all blocks by `steps`, those with one label into the block that was split off.
  private mutating func part(by steps: [Int32], _ fresh: inout [Int32], _ former: inout [Int32]) {
    for step in steps {
      let source = Int(sources[Int(step)]), old = records[Int(step)]
      if fresh[source] < 0 {
        fresh[source] = newRecord()
        former[source] = old
        partition.mark(Int32(source))
      }
      counts[Int(fresh[source])] += 1
      counts[Int(old)] -= 1
      records[Int(step)] = fresh[source]
    }
    split()
    for step in steps where counts[Int(former[Int(sources[Int(step)])])] == 0 {
      partition.mark(sources[Int(step)])
    }
    split()
    for step in steps {
      let source = Int(sources[Int(step)])
      if fresh[source] < 0 { continue }
      if counts[Int(former[source])] == 0 { freeRecords.append(former[source]) }
      fresh[source] = -1
    }
  }

  private mutating func newRecord() -> Int32 {
    if let record = freeRecords.popLast() { return record }
    counts.append(0)
    return Int32(counts.count - 1)
  }

  private mutating func split() {
    parted.removeAll(keepingCapacity: true)
    partition.split(into: &parted)
    for block in parted {
      compoundOfBlock.append(compoundOfBlock[Int(block)])
      note(compound: compoundOfBlock[Int(block)])
    }
  }

  private mutating func note(compound: Int32) {
    if isPending[Int(compound)] { return }
    isPending[Int(compound)] = true
    pending.append(compound)
  }
}
