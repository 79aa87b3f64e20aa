/// A sequence: a chunk of elements, then the rest, which may be lazy and endless.
///
/// Taking the head or the tail is O(1), and so is putting elements before a sequence; joining two short ones copies.
final class SequenceValue {
  /// The elements of this chunk are `items[start...]`.
  let items: [Value]
  let start: Int
  /// A sequence, or a thunk of one; nil at the end.
  // SAFETY: as `Evaluator.stack`.
  @exclusivity(unchecked) var rest: Value?
  /// `<n..>`: the integers from n, in which case there are no items and no rest.
  let from: Int?
  /// Set once every element is known to be normal and there is no rest.
  var isNormal = false

  init(_ items: [Value], start: Int = 0, rest: Value? = nil) {
    self.items = items
    self.start = start
    self.rest = rest
    from = nil
  }

  init(from: Int) {
    items = []
    start = 0
    rest = nil
    self.from = from
    isNormal = true
  }

  static var empty: SequenceValue { SequenceValue([]) }

  /// A long chain is let go link by link: releasing it recursively would need a stack as long as the chain.
  deinit {
    var next = rest
    rest = nil
    while next != nil {
      var sequence: SequenceValue?, thunk: Thunk?
      if case .sequence(let s)? = next { sequence = s }
      if case .thunk(let t)? = next { thunk = t }
      next = nil
      if sequence != nil, isKnownUniquelyReferenced(&sequence) {
        next = sequence?.rest
        sequence?.rest = nil
      } else if thunk != nil, isKnownUniquelyReferenced(&thunk), case .done(let value)? = thunk?.state {
        next = value
        thunk?.state = .running
      }
    }
  }

  /// The elements of this chunk.
  var chunk: ArraySlice<Value> { items[start...] }
}

/// A finite map, its entries ascending by key, keys normal.
final class MapValue {
  let entries: [(key: Value, value: Value)]
  var isNormal = false
  init(_ entries: [(key: Value, value: Value)]) { self.entries = entries }

  static var empty: MapValue { MapValue([]) }
}
