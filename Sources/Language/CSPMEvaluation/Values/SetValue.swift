import ProcessTerms

/// A set: its elements in ascending order, or a rule that says what belongs to it.
final class SetValue {
  enum Form {
    /// Ascending, without duplicates, normal.
    case elements([Value])
    case integers
    /// `{n..}`
    case integersFrom(Int)
    case characters
    case processes
    case datatype(Datatype)
    /// `Seq(S)`
    case sequences(SetValue)
    /// `Set(S)`
    case subsets(SetValue)
    /// `Map(K, V)`
    case maps(SetValue, SetValue)
    /// `S.T`: every dotted combination
    case dotted([SetValue])
    /// `(S, T)`: every tuple
    case tuples([SetValue])
    case union(SetValue, SetValue)
    /// A few changes to a list; it becomes that of all elements when those are asked for, so no normal set has it.
    case changed(SetChange)
  }
  private(set) var form: Form
  /// The elements of a rule, once they were asked for.
  var expansion: [Value]?
  /// The set as events, once it was asked for.
  var eventSet: EventSet?

  init(_ form: Form) { self.form = form }

  /// - Parameter sorted: ascending, without duplicates, normal.
  convenience init(sorted: [Value]) { self.init(.elements(sorted)) }

  /// Normal elements in any order.
  convenience init(unordered: [Value]) {
    var sorted = unordered
    var isAscending = true
    for i in sorted.indices.dropFirst() where Value.compare(sorted[i - 1], sorted[i]) >= 0 {
      isAscending = false
      break
    }
    if !isAscending {
      sorted.sort { Value.compare($0, $1) < 0 }
      var kept = 0
      for i in sorted.indices where kept == 0 || Value.compare(sorted[kept - 1], sorted[i]) != 0 {
        sorted[kept] = sorted[i]
        kept += 1
      }
      sorted.removeSubrange(kept...)
    }
    self.init(.elements(sorted))
  }

  static var empty: SetValue { SetValue(sorted: []) }

  /// Carries out the changes, if there are any.
  func settle() {
    if case .changed(let change) = form { form = .elements(change.merged()) }
  }

  /// Whether `value` stands in the ascending array. O(log n).
  static func search(_ value: Value, in sorted: [Value]) -> Bool {
    let place = place(of: value, in: sorted)
    return place < sorted.count && Value.compare(sorted[place], value) == 0
  }

  /// The first place in the ascending array whose value is not smaller. O(log n).
  static func place(of value: Value, in sorted: [Value]) -> Int {
    var low = 0, high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if Value.compare(sorted[middle], value) < 0 { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
