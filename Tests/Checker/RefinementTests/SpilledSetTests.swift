import Foundation
import Testing
import TransitionSystems

@testable import Refinement

/// A set on disk against a `Set`: what is new, what comes back, and where it lies.
struct SpilledSetTests {
  private static let directory = FileManager.default.temporaryDirectory.path

  /// With memtables so small that they are emptied all the time, and such as take a while; from the start or later.
  @Test(arguments: [20, 30, 44, 64], [0, 1 << 20, 1 << 23])
  func `words of 64 bits`(_ keyBits: Int, _ memtableBytes: Int) {
    insert(keyBits: keyBits, tagBits: 0, memtableBytes, movesAt: keyBits % 3 == 0 ? 0 : 20, UInt64.self)
    if keyBits < 60 { insert(keyBits: keyBits, tagBits: 4, memtableBytes, movesAt: 30, UInt64.self) }
  }

  @Test(arguments: [30, 80, 128], [0, 1 << 22])
  func `words of 128 bits`(_ keyBits: Int, _ memtableBytes: Int) {
    insert(keyBits: keyBits, tagBits: 0, memtableBytes, movesAt: keyBits == 80 ? 0 : 20, UInt128.self)
  }

  private func insert<Word: PackedWord>(
    keyBits: Int, tagBits: Int, _ memtableBytes: Int, movesAt: Int, _: Word.Type
  ) {
    let store = SpillStore(directory: Self.directory, memtableBytes: memtableBytes)
    let tags = TagPlace<Word>(bits: tagBits), isThere = movesAt == 0
    guard
      var set = PartitionedSet<Word>(keyBits: keyBits, capacity: 0, tags: tags, store: isThere ? store : nil)
    else {
      Issue.record("no room")
      return
    }
    var random = SplitMix(UInt64(keyBits + tagBits + memtableBytes)), expected: Set<Word> = [], emptied = 0
    let mask = keyBits == Word.bitWidth ? .max : (1 as Word) << Word(keyBits) &- 1
    for round in 1...60 {
      if round == movesAt {
        let moved = set.spill(to: store)
        #expect(moved)
      }
      // One part in some rounds, so that runs are long and its memtable is emptied amid one; else all.
      let only = round % 3 == 0 ? Int(random.next() % 256) : nil
      var runs = [[Word]](repeating: [], count: 256)
      for i in 0..<(only == nil ? 1500 : 40_000) {
        var word =
          (Word(truncatingIfNeeded: random.next()) << Word(Word.bitWidth - 64) | Word(random.next() & 0xFFFF)) & mask
        if i % 5 == 0, let met = expected.first { word = met }
        if i % 7 == 0 { word = Word(round * 3000 + i) & mask }
        let key = set.key(word), part = set.part(of: key)
        if let only, part != only { continue }
        let tagged = tags.key(key, tag: UInt8(truncatingIfNeeded: i))
        // Some twice in a run, with another tag.
        runs[part] += i % 11 == 0 ? [tagged, tags.key(key, tag: 1), tagged] : [tagged]
      }
      for part in 0..<256 where !runs[part].isEmpty {
        if round % 2 == 0 { set.wake(part) }
        let fresh = runs[part].map { set.word(tags.untagged($0)) }.filter { expected.insert($0).inserted }
        var new = [Word](repeating: 0, count: runs[part].count + 1)
        let n = runs[part].count
        let count = runs[part].withUnsafeMutableBufferPointer { keys in
          new.withUnsafeMutableBufferPointer {
            set.insert(keys.baseAddress!, n, part: part, new: $0.baseAddress!)
          }
        }
        set.park(part)
        guard let count else {
          Issue.record("no room")
          return
        }
        let words = new.prefix(count).map { tags.code(inPly: $0) }
        if Set(words).count != count || Set(words) != Set(fresh) {
          Issue.record("\(keyBits) \(tagBits): round \(round), part \(part)")
        }
      }
      if round % 20 == 7 {
        #expect(contents(set) == expected)
        #expect(set.count == expected.count)
      }
      if round % 25 == 24, set.emptyMemtables() { emptied += 1 }
    }
    let isEmptied = set.emptyMemtables()
    #expect(isEmptied && emptied == 2)
    #expect(contents(set) == expected)
    #expect(set.count == expected.count)
    checkSlots(set, count: expected.count)
  }

  private func contents<Word>(_ set: borrowing PartitionedSet<Word>) -> Set<Word> {
    var all: Set<Word> = [], count = 0
    set.forEach {
      all.insert($0)
      count += 1
    }
    #expect(count == all.count)
    return all
  }

  private func checkSlots<Word>(_ set: borrowing PartitionedSet<Word>, count: Int) {
    var met = 0
    for part in 0..<256 {
      set.wake(part)
      set.forEachSlot(in: part) { slot, word in
        met += 1
        if set.slot(of: set.key(word), part: part) != slot { Issue.record("slot of \(word)") }
      }
      set.park(part)
    }
    #expect(met == count)
  }

  @Test func `where there is no room there is no set, and a set that is there stays usable`() {
    let store = SpillStore(directory: "/no/such/directory")
    if PartitionedSet<UInt64>(keyBits: 30, capacity: 0, store: store) != nil { Issue.record("a set nowhere") }
    #expect(store.isFull)
    guard var set = PartitionedSet<UInt64>(keyBits: 30, capacity: 0) else {
      Issue.record("no memory")
      return
    }
    let moved = set.spill(to: SpillStore(directory: "/no/such/directory"))
    #expect(!moved)
    #expect(contents(set).isEmpty)
  }

  /// Two tables of disjoint keys in one: all of them, or, where some lie too far from home, some, and their number.
  @Test(arguments: [16, 20, 40])
  func `a table is added to another`(_ bits: Int) {
    var refused = 0
    for seed in 0..<60 as Range<UInt64> {
      refused += add(CompactTable<UInt16>.self, CompactTable<UInt32>.self, min(bits, 20), seed)
      refused += add(CompactTable<UInt32>.self, CompactTable<UInt16>.self, min(bits, 20), seed)
      refused += add(CompactTable<UInt32>.self, CompactTable<UInt32>.self, bits, seed)
    }
    #expect(refused > 0)
  }

  private func add<A, B>(_: CompactTable<A>.Type, _: CompactTable<B>.Type, _ bits: Int, _ seed: UInt64) -> Int {
    var random = SplitMix(seed)
    var to = CompactTable<A>(CompactTable<A>.Shape(keyBits: bits, capacity: 4000), .smallPages)!
    var from = CompactTable<B>(CompactTable<B>.Shape(keyBits: bits, capacity: 4000), .smallPages)!
    defer {
      to.memory.free()
      from.memory.free()
    }
    // Neighbours have their homes near each other: many overflow.
    let spread = seed % 3 == 0 ? 6000 : 1 << bits as UInt64
    var there: Set<UInt64> = [], other: Set<UInt64> = []
    while there.count < 1500 {
      let key = random.next() % spread
      if there.contains(key) || to.insert(key) == .full { break }
      there.insert(key)
    }
    while other.count < 1500 {
      let key = random.next() % spread
      if there.contains(key) { continue }
      if from.insert(key) == .full { break }
      other.insert(key)
    }
    let fits = to.appendAll(of: from)
    var found: Set<UInt64> = [], count = 0
    to.forEach {
      found.insert($0)
      count += 1
    }
    #expect(found.count == count && to.count == count)
    #expect(found.isSuperset(of: there) && found.isSubset(of: there.union(other)))
    if fits { #expect(found == there.union(other)) }
    for key in found where !to.contains(key) { Issue.record("\(key) is not found") }
    for key in found where to.insert(key) != .old { Issue.record("\(key) is new") }
    return fits ? 0 : 1
  }
}
