import ProcessTerms

/// For each event, which operands of an alphabetised parallel have it in their alphabets.
///
/// Made for one list of alphabets, which all states of one composition share.
struct AlphabetIndex {
  private var alphabets: [Int32] = []
  /// By event id, ranges of `participants`.
  private var starts: [Int32] = [0]
  private var participants: [Int32] = []

  /// Makes this the index of `p`, an alphabetised parallel. O(operands) if its alphabets are those of the last one.
  mutating func update(_ table: ProcessTable, _ p: Process) {
    let sets = table.rawOperands(p).dropFirst(table.onOperandCount(p))
    if sets.elementsEqual(alphabets) { return }
    alphabets = Array(sets)
    var byEvent: [[Int32]] = []
    for (place, set) in alphabets.enumerated() {
      for event in table.contents(EventSet(id: set)).events {
        while byEvent.count <= Int(event.id) { byEvent.append([]) }
        byEvent[Int(event.id)].append(Int32(place))
      }
    }
    participants = byEvent.flatMap { $0 }
    starts = byEvent.reduce(into: [0]) { starts, list in starts.append(starts.last! + Int32(list.count)) }
  }

  /// To be read with `place`; ascending.
  func places(of event: Event) -> Range<Int> {
    let id = Int(event.id)
    return id + 1 < starts.count ? Int(starts[id])..<Int(starts[id + 1]) : 0..<0
  }

  func place(_ k: Int) -> Int { Int(participants[k]) }
}
