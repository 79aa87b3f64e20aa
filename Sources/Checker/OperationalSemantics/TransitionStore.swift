import ProcessTerms

/// The transitions of many processes, one after the other in one array.
///
/// A rule reads those of its operands here while it appends its own at the end, hence indices and not slices.
///
/// Invariants: I1 those of a process ascend without duplicates and never change; I2 what lies behind the last finished
/// process belongs to the rule that is running.
struct TransitionStore {
  private(set) var all: [Transition] = []
  /// By process id.
  private var extents: [Extent] = []

  private struct Extent {
    static let unknown = Extent(start: .max, count: 0)
    var start: UInt32, count: UInt32
  }

  var count: Int { all.count }

  subscript(k: Int) -> Transition { all[k] }

  func isKnown(_ p: Process) -> Bool { Int(p.id) < extents.count && extents[Int(p.id)].start != .max }

  /// Where the transitions of `p`, which is known, lie.
  func range(_ p: Process) -> Range<Int> {
    let extent = extents[Int(p.id)]
    return Int(extent.start)..<Int(extent.start + extent.count)
  }

  /// Those of the transitions in `range`, which are of one process, that have this event.
  func run(of event: Event, in range: Range<Int>) -> Range<Int> {
    var low = range.lowerBound, high = range.upperBound
    while low < high {
      let middle = (low + high) / 2
      if all[middle].event < event { low = middle + 1 } else { high = middle }
    }
    while high < range.upperBound, all[high].event == event { high += 1 }
    return low..<high
  }

  mutating func append(_ transition: Transition) { all.append(transition) }

  /// Sorts what was appended from `mark` on and drops duplicates.
  mutating func sort(from mark: Int) {
    guard all.count - mark > 1 else { return }
    if all.count - mark > 24 {
      all[mark...].sort()
    } else {
      for i in (mark + 1)..<all.count {
        let moving = all[i]
        var j = i
        while j > mark, moving < all[j - 1] {
          all[j] = all[j - 1]
          j -= 1
        }
        all[j] = moving
      }
    }
    var end = mark + 1
    for i in (mark + 1)..<all.count where all[i] != all[end - 1] {
      all[end] = all[i]
      end += 1
    }
    all.removeLast(all.count - end)
  }

  /// Makes what lies from `mark` on the transitions of `p`.
  mutating func finish(_ p: Process, from mark: Int) {
    if extents.count <= Int(p.id) {
      extents.append(contentsOf: repeatElement(.unknown, count: Int(p.id) + 1 - extents.count))
    }
    extents[Int(p.id)] = Extent(start: UInt32(mark), count: UInt32(all.count - mark))
  }

  mutating func discard(from mark: Int) { all.removeLast(all.count - mark) }
}
