/// A partition of 0..<n whose blocks are split by marking some of their elements.
///
/// > Source: Valmari, Lehtinen, *Efficient minimization of DFAs with partial transition functions*, STACS 2008.
///
/// Invariants: I1 block b is `elements[first[b]..<end[b]]`, not empty, its marked elements in front of `middle[b]`; I2
/// `locations` and `blocks` say where an element stands; I3 `touched` are the blocks with marks.
struct RefinablePartition {
  private(set) var elements: [Int32]
  private(set) var blocks: [Int32]
  private var locations: [Int32]
  private(set) var first: [Int32] = [], end: [Int32] = []
  private var middle: [Int32] = []
  private var touched: [Int32] = []

  var blockCount: Int { first.count }

  /// `blocks[e]` is the block of element e; all of `0..<count` occur.
  init(_ blocks: [Int32], count: Int) {
    self.blocks = blocks
    end = [Int32](repeating: 0, count: count)
    for block in blocks { end[Int(block)] += 1 }
    var sum: Int32 = 0
    for block in 0..<count {
      first.append(sum)
      sum += end[block]
      end[block] = first[block]
    }
    elements = [Int32](repeating: 0, count: blocks.count)
    locations = elements
    for (element, block) in blocks.enumerated() {
      locations[element] = end[Int(block)]
      elements[Int(end[Int(block)])] = Int32(element)
      end[Int(block)] += 1
    }
    middle = first
  }

  /// Whether the element's block is of one element.
  func isAlone(_ element: Int32) -> Bool {
    let block = Int(blocks[Int(element)])
    return end[block] - first[block] == 1
  }

  /// Marking twice is marking once.
  mutating func mark(_ element: Int32) {
    let block = Int(blocks[Int(element)]), place = locations[Int(element)], front = middle[block]
    if place < front { return }
    if front == first[block] { touched.append(Int32(block)) }
    let other = elements[Int(front)]
    elements[Int(place)] = other
    locations[Int(other)] = place
    elements[Int(front)] = element
    locations[Int(element)] = front
    middle[block] = front + 1
  }

  /// Parts the marked elements of each block from the others and removes all marks; the smaller part becomes a new
  /// block. Appends the blocks that were parted, in the order of the new ones.
  mutating func split(into parted: inout [Int32]) {
    for block in touched {
      let b = Int(block), start = first[b], cut = middle[b], stop = end[b]
      if cut == stop {
        middle[b] = start
        continue
      }
      let new = Int32(blockCount), marked = cut - start <= stop - cut
      let range = marked ? start..<cut : cut..<stop
      if marked { first[b] = cut } else { end[b] = cut }
      middle[b] = first[b]
      first.append(range.lowerBound)
      middle.append(range.lowerBound)
      end.append(range.upperBound)
      for i in range { blocks[Int(elements[Int(i)])] = new }
      parted.append(block)
    }
    touched.removeAll(keepingCapacity: true)
  }

  /// Parts the marked elements of each block by their keys, and from the others, and removes all marks; the largest part
  /// keeps the number of the block. Appends the elements whose block is a new one.
  mutating func split(by key: (Int32) -> UInt64, moved: inout [Int32]) {
    var keyed: [(key: UInt64, element: Int32)] = []
    for block in touched {
      let b = Int(block), start = first[b], cut = middle[b], stop = end[b]
      middle[b] = start
      keyed.removeAll(keepingCapacity: true)
      for i in start..<cut { keyed.append((key(elements[Int(i)]), elements[Int(i)])) }
      keyed.sort { $0.key != $1.key ? $0.key < $1.key : $0.element < $1.element }
      var largest = cut..<stop, parts: [Range<Int32>] = []
      var from = start
      for i in start..<cut {
        let (key, element) = keyed[Int(i - start)]
        elements[Int(i)] = element
        locations[Int(element)] = i
        if i + 1 < cut && keyed[Int(i + 1 - start)].key == key { continue }
        parts.append(from..<(i + 1))
        from = i + 1
      }
      for part in parts where part.count > largest.count { largest = part }
      if cut < stop { parts.append(cut..<stop) }
      (first[b], middle[b], end[b]) = (largest.lowerBound, largest.lowerBound, largest.upperBound)
      for part in parts where part != largest {
        let new = Int32(blockCount)
        first.append(part.lowerBound)
        middle.append(part.lowerBound)
        end.append(part.upperBound)
        for i in part { blocks[Int(elements[Int(i)])] = new }
        moved.append(contentsOf: elements[Int(part.lowerBound)..<Int(part.upperBound)])
      }
    }
    touched.removeAll(keepingCapacity: true)
  }
}
