import Testing

@testable import Refinement

@Suite struct InternedSetsTests {
  /// 64 numbers have bits of their own in a signature; more have to share them.
  @Test(arguments: [6, 64, 65, 1000] as [Int32])
  func `sets are found again, and inclusion is that of sets`(_ members: Int32) throws {
    var random = SplitMix(UInt64(members)), sets = InternedSets(), known: [[Int32]] = []
    for _ in 0..<300 {
      // Half of them are parts of others, or others with more.
      var set = Set(
        (0..<Int.random(in: 0...12, using: &random)).map { _ in
          7 * Int32.random(in: 0..<members, using: &random)
        })
      if let other = known.randomElement(using: &random), Bool.random(using: &random) {
        set = Bool.random(using: &random) ? set.union(other) : set.intersection(other)
      }
      let list = set.sorted(), found = sets.number(of: list)
      #expect(found.map(Int.init) == known.firstIndex(of: list))
      if found == nil {
        #expect(Int(sets.insert(list)) == known.count)
        known.append(list)
      }
    }
    #expect(sets.count == known.count)
    var inclusions = 0
    for (i, a) in known.enumerated() {
      #expect(Array(sets[Int32(i)]) == a)
      for (j, b) in known.enumerated() {
        let expected = Set(a).isSubset(of: b)
        #expect(sets.isSubset(Int32(i), of: Int32(j)) == expected)
        if expected { inclusions += 1 }
      }
    }
    #expect(inclusions > known.count)
  }
}
