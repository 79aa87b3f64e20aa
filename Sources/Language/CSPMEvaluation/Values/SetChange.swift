/// Sets that grow or shrink by a few elements at a time, as a search written in CSPm makes them: copying the whole set
/// each time would cost the square of its size.
///
/// A change is kept beside the set that it was made to, and carried out when somebody needs the elements in order or
/// when there are more changes than the root of the size. So n changes of one element cost n·√n, and asking for an
/// element costs O(log n).
struct SetChange {
  /// Ascending, without duplicates, normal.
  let base: [Value]
  /// Ascending, not in the base.
  private(set) var added: [Value] = []
  /// Ascending, in the base.
  private(set) var removed: [Value] = []

  init(_ base: [Value]) { self.base = base }

  /// Copying a smaller set costs no more than looking after its changes.
  private static let smallestBase = 64
  /// How many elements can be changed at once and still be called a few.
  private static let mostAtOnce = 8

  var count: Int { base.count + added.count - removed.count }

  private var isWorthKeeping: Bool { (added.count + removed.count) * (added.count + removed.count) <= base.count }

  func contains(_ value: Value) -> Bool {
    SetValue.search(value, in: added) || SetValue.search(value, in: base) && !SetValue.search(value, in: removed)
  }

  /// The elements, ascending.
  func merged() -> [Value] {
    var result: [Value] = []
    result.reserveCapacity(count)
    var fresh = added[...], gone = removed[...]
    for value in base {
      while let next = fresh.first, Value.compare(next, value) < 0 {
        result.append(next)
        fresh.removeFirst()
      }
      if let next = gone.first, Value.compare(next, value) == 0 { gone.removeFirst() } else { result.append(value) }
    }
    return result + fresh
  }

  private mutating func insert(_ value: Value) {
    if !Self.take(value, outOf: &removed), !SetValue.search(value, in: base) { Self.put(value, into: &added) }
  }

  private mutating func remove(_ value: Value) {
    if !Self.take(value, outOf: &added), SetValue.search(value, in: base) { Self.put(value, into: &removed) }
  }

  private static func put(_ value: Value, into list: inout [Value]) {
    let place = SetValue.place(of: value, in: list)
    if place == list.count || Value.compare(list[place], value) != 0 { list.insert(value, at: place) }
  }

  private static func take(_ value: Value, outOf list: inout [Value]) -> Bool {
    let place = SetValue.place(of: value, in: list)
    guard place < list.count, Value.compare(list[place], value) == 0 else { return false }
    list.remove(at: place)
    return true
  }

  enum Operation { case union, difference }

  /// `set` changed by the elements of `other`; nil where that is done better by going through both.
  static func of(_ set: SetValue, _ operation: Operation, _ other: SetValue) -> SetValue? {
    guard case .elements(let few) = other.form, few.count <= mostAtOnce else { return nil }
    if few.isEmpty { return set }
    var change: SetChange
    switch set.form {
    case .elements(let list): change = SetChange(list)
    case .changed(let earlier): change = earlier
    default: return nil
    }
    guard change.base.count >= smallestBase else { return nil }
    for value in few {
      switch operation {
      case .union: change.insert(value)
      case .difference: change.remove(value)
      }
    }
    return change.isWorthKeeping ? SetValue(.changed(change)) : SetValue(sorted: change.merged())
  }
}
