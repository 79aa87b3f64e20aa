import CheckerModels
import Testing

@testable import Compression

@Suite struct SetSketchesTests {
  @Test func `what is in a set, or comes into it with another, may be in it`() {
    for seed in 0..<200 as Range<UInt64> {
      var random = RandomBits(seed)
      let sketches = SetSketches(count: 3)
      var sets = [Set<UInt64>](repeating: [], count: 3)
      for _ in 0..<(1 + random.number(100)) {
        let state = random.number(3), other = random.number(3)
        if random.number(4) > 0 {
          let element = UInt64(random.number(1_000_000))
          sketches.insert(element, in: Int32(state))
          sets[state].insert(element)
        } else if state != other {
          sketches.formUnion(Int32(other), in: Int32(state))
          sets[state].formUnion(sets[other])
        }
      }
      for state in 0..<3 {
        #expect(sets[state].allSatisfy { sketches.mayHave($0, in: Int32(state)) })
        expectSameHash(sketches, Int32(state)) { made in for element in sets[state] { made.insert(element, in: 0) } }
      }
    }
  }

  @Test func `the pairs of a label with a set are those with its elements`() {
    for seed in 0..<200 as Range<UInt64> {
      var random = RandomBits(seed)
      let sketches = SetSketches(count: 1), pairs = SetSketches(count: 1)
      let label = UInt64(random.number(1000))
      let elements = (0..<(1 + random.number(60))).map { _ in UInt64(random.number(1_000_000)) }
      for element in elements { sketches.insert(element, in: 0) }
      pairs.insertPairs(label, sketches, of: 0, in: 0)
      #expect(elements.allSatisfy { pairs.mayHavePair(label, $0, in: 0) })
      expectSameHash(pairs, 0) { made in for element in elements { made.insertPair(label, element, in: 0) } }
    }
  }

  @Test func `of what is not in a small set little may be in it`() {
    let sketches = SetSketches(count: 1)
    for element in 0..<20 as Range<UInt64> { sketches.insert(element, in: 0) }
    let others = (1000..<2000 as Range<UInt64>).filter { sketches.mayHave($0, in: 0) }
    // 20 of 512 bits.
    #expect(others.count < 80)
    sketches.clear(0)
    #expect(!(0..<2000 as Range<UInt64>).contains { sketches.mayHave($0, in: 0) })
  }

  private func expectSameHash(
    _ sketches: borrowing SetSketches, _ state: Int32, _ make: (borrowing SetSketches) -> Void
  ) {
    let made = SetSketches(count: 1)
    make(made)
    var hash: UInt64 = 1, other: UInt64 = 1
    sketches.hash(of: state, into: &hash)
    made.hash(of: 0, into: &other)
    #expect(hash == other)
  }
}
