/// Numbers the packed states of a machine in fewer bits, so that they take less room where many are stored.
///
/// A chunk is a run of components of 10 to 12 bits together. Which of its values occur is found by exploring the chunk
/// alone, with every step of the whole that the rest could not forbid: more than occur, but never fewer. These values are
/// numbered; a code is the numbers of all chunks side by side. (On ten philosophers 62 of 1024 values of a chunk are left,
/// and 50 bits become 30.)
///
/// Invariants:
/// - I1: `decode(encode(x)) == x` for every reachable state, with any bits above it.
/// - I2: codes are in the order of what they stand for.
public struct StateCoder<Word: PackedWord>: @unchecked Sendable {
  // SAFETY: the tables belong to `arena` and are never written after `init`.
  @usableFromInline let chunkCount: Int
  /// From states to codes and back: for each chunk where it lies, and what stands for each of its values, in its place.
  @usableFromInline let encoding: UnsafePointer<Row>, decoding: UnsafePointer<Row>
  @usableFromInline let stateBits: Word, codeBits: Word
  private let arena: TableArena

  @usableFromInline struct Row: BitwiseCopyable {
    @usableFromInline let shift: Word, ones: Word
    // SAFETY: belongs to `arena`; `ones` + 1 long.
    @usableFromInline let table: UnsafePointer<Word>
    @inlinable @inline(__always) func look(_ word: Word) -> Word {
      table[Int(truncatingIfNeeded: (word &>> shift) & ones)]
    }
  }

  /// Of the code of a state, in bits.
  public var width: Int { Int(codeBits) }
  public var isIdentity: Bool { chunkCount == 0 }

  /// Those tried: which gives the narrowest code depends on where chunks end.
  static var chunkBits: ClosedRange<Int> { 10...12 }
  /// A component this wide alone has no table of its values.
  static var widestComponent: Int { 14 }

  /// Leaves states as they are.
  public init(identityOf width: Int) { self.init(chunks: [], stateBits: width, codeBits: width) }

  /// Leaves states as they are where numbering them would not save `leastGain` bits.
  init(_ rules: RuleTable, _ layout: PackedLayout, initial: [Int32], leastGain: Int) {
    var best: [Chunk] = [], least = layout.width
    if layout.widths.allSatisfy({ $0 <= Self.widestComponent }) {
      for bits in Self.chunkBits {
        var chunks: [Chunk] = [], codeBits = 0
        for components in Self.chunks(of: layout, bits) {
          let chunk = Chunk(
            shift: layout.shifts[components[0]], bits: components.reduce(0) { $0 + layout.widths[$1] },
            codeShift: codeBits, values: ChunkExploration(rules, layout, components).values(from: initial))
          chunks.append(chunk)
          codeBits += chunk.codeBits
        }
        if codeBits < least { (best, least) = (chunks, codeBits) }
      }
    }
    if layout.width - least < leastGain || best.isEmpty {
      self.init(identityOf: layout.width)
    } else {
      self.init(chunks: best, stateBits: layout.width, codeBits: least)
    }
  }

  private struct Chunk {
    var shift: Int, bits: Int, codeShift: Int
    /// Those that occur, ascending.
    var values: [Int]
    var codeBits: Int { Int.bitWidth - (values.count - 1).leadingZeroBitCount }
  }

  private init(chunks: [Chunk], stateBits: Int, codeBits: Int) {
    let arena = TableArena()
    self.arena = arena
    chunkCount = chunks.count
    self.stateBits = Word(stateBits)
    self.codeBits = Word(codeBits)
    var encoding: [Row] = [], decoding: [Row] = []
    for chunk in chunks {
      var row = [Word](repeating: 0, count: 1 << chunk.bits)
      for (number, value) in chunk.values.enumerated() {
        row[value] = Word(truncatingIfNeeded: number) << Word(chunk.codeShift)
      }
      let ones = ((1 as Word) << Word(chunk.bits)) - 1, codeOnes = ((1 as Word) << Word(chunk.codeBits)) - 1
      encoding.append(Row(shift: Word(chunk.shift), ones: ones, table: arena.copy(row)))
      // Up to the next power of two, so that no code can look beyond the end.
      var values = chunk.values.map { Word(truncatingIfNeeded: $0) << Word(chunk.shift) }
      values += Array(repeating: 0, count: (1 << chunk.codeBits) - chunk.values.count)
      decoding.append(Row(shift: Word(chunk.codeShift), ones: codeOnes, table: arena.copy(values)))
    }
    self.encoding = arena.copy(encoding)
    self.decoding = arena.copy(decoding)
  }

  private static func chunks(of layout: PackedLayout, _ most: Int) -> [[Int]] {
    var chunks: [[Int]] = [], room = 0
    for (component, bits) in layout.widths.enumerated() where bits > 0 {
      if bits > room {
        chunks.append([])
        room = max(bits, most)
      }
      chunks[chunks.count - 1].append(component)
      room -= bits
    }
    return chunks
  }

  /// The code of a reachable state; what lies above the state lies above the code.
  @inlinable @inline(__always) public func encode(_ word: Word) -> Word {
    if chunkCount == 0 { return word }
    var code = (word &>> stateBits) &<< codeBits
    for c in 0..<chunkCount { code |= encoding[c].look(word) }
    return code
  }

  @inlinable @inline(__always) public func decode(_ code: Word) -> Word {
    if chunkCount == 0 { return code }
    var word = (code &>> codeBits) &<< stateBits
    for c in 0..<chunkCount { word |= decoding[c].look(code) }
    return word
  }
}

/// What some components of a network can reach when nothing outside them forbids a step.
struct ChunkExploration {
  private let components: [Int]
  private let groups: [[[RuleTable.Group]]]
  /// The premises of each rule inside the chunk, by component and label of the first; a position stands for a component.
  private var rules: [[[[Premise]]]]
  private let shifts: [Int], ones: [Int]

  private struct Premise: Hashable { var position: Int, label: Int }

  init(_ table: RuleTable, _ layout: PackedLayout, _ components: [Int]) {
    self.components = components
    groups = components.map { table.groups[$0] }
    shifts = components.map { layout.shifts[$0] - layout.shifts[components[0]] }
    ones = components.map { (1 << layout.widths[$0]) - 1 }
    rules = components.map { Array(repeating: [], count: table.labelCounts[$0]) }
    let positions = Dictionary(uniqueKeysWithValues: components.enumerated().map { ($1, $0) })
    var seen: Set<[Premise]> = []
    for rule in table.rules {
      let premises = rule.premises.compactMap { premise in
        positions[premise.component].map { Premise(position: $0, label: premise.label) }
      }
      guard let first = premises.first, seen.insert(premises).inserted else { continue }
      rules[first.position][first.label].append(premises)
    }
  }

  /// All values, ascending, from the states of all components of the network.
  func values(from initial: [Int32]) -> [Int] {
    let start = zip(components, shifts).reduce(0) { $0 | Int(initial[$1.0]) << $1.1 }
    var seen = [Bool](repeating: false, count: 1 << zip(shifts, ones).reduce(0) { max($0, $1.0 + $1.1.bitWidthUsed) })
    var waiting = [start]
    seen[start] = true
    while let value = waiting.popLast() {
      for position in components.indices {
        for group in groups[position][state(position, value)] {
          for premises in rules[position][group.label] {
            for next in successors(of: value, premises) where !seen[next] {
              seen[next] = true
              waiting.append(next)
            }
          }
        }
      }
    }
    return seen.indices.filter { seen[$0] }
  }

  private func state(_ position: Int, _ value: Int) -> Int { value >> shifts[position] & ones[position] }

  private func successors(of value: Int, _ premises: [Premise]) -> [Int] {
    var results = [value]
    for premise in premises {
      let group = groups[premise.position][state(premise.position, value)].first { $0.label == premise.label }
      guard let group else { return [] }
      let rest = ~(ones[premise.position] << shifts[premise.position])
      results = results.flatMap { result in group.targets.map { result & rest | Int($0) << shifts[premise.position] } }
    }
    return results
  }
}

extension Int {
  fileprivate var bitWidthUsed: Int { Int.bitWidth - leadingZeroBitCount }
}
