/// Which transitions of a network commute: those of components that have nothing to do with each other.
///
/// Rules are put into numbered *classes* by the components that they look at and those that they change. Two classes are
/// *independent* if neither changes what the other looks at. Then, wherever both can fire, either can after the other, with
/// the same effect, and where one leads to a state in which the other can fire, it could before.
///
/// A state that was first met by a step of class C need not be left by an independent step of a lower class: where that
/// leads is met all the same, by the two steps in the other order, in as many steps. Of rules that do the same the greatest
/// class counts. Documentation/Decisions 0013 has the proof.
///
/// > Source: P. Godefroid, Partial-Order Methods for the Verification of Concurrent Systems (LNCS 1032, 1996), sleep sets.
// SAFETY: @unchecked: the table is never written after `init`.
public struct Commutation: @unchecked Sendable {
  // SAFETY: belongs to `arena`; `classCount + 1` rows of `classCount`.
  private let table: UnsafePointer<UInt8>
  private let arena: TableArena
  /// At most ``mostClasses``.
  public let classCount: Int
  /// Whether any two are independent.
  public let isUseful: Bool

  /// A class is a byte, and the table should stay in the level-1 cache.
  public static var mostClasses: Int { 120 }

  /// What some rules look at, and what they change: sets of components.
  private struct Support: Hashable {
    var looked: [UInt64], changed: [UInt64]
    var key: [UInt64] { looked.reversed() + changed.reversed() }
    func isIndependent(of other: Support) -> Bool {
      zip(changed, other.looked).allSatisfy { $0 & $1 == 0 } && zip(looked, other.changed).allSatisfy { $0 & $1 == 0 }
    }
    mutating func formUnion(_ other: Support) {
      for i in looked.indices {
        looked[i] |= other.looked[i]
        changed[i] |= other.changed[i]
      }
    }
  }

  /// - Parameter classOfRule: what the class of each rule turns out to be.
  init(_ rules: RuleTable, classOfRule: inout [UInt8]) {
    let words = (rules.groups.count + 63) / 64
    let changes = rules.changingLabels()
    let supports = rules.rules.map { rule in
      var support = Support(looked: Array(repeating: 0, count: words), changed: Array(repeating: 0, count: words))
      for premise in rule.premises {
        let bit = 1 << UInt64(premise.component & 63) as UInt64
        support.looked[premise.component >> 6] |= bit
        if changes[premise.component][premise.label] { support.changed[premise.component >> 6] |= bit }
      }
      return support
    }
    // Neighbours share components, mostly.
    let distinct = Set(supports).map { (key: $0.key, support: $0) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.support)
    // Where there are too many, neighbours are taken for one.
    let share = max(1, (distinct.count + Self.mostClasses - 1) / Self.mostClasses)
    var classes: [Support] = [], numbers: [Support: UInt8] = [:]
    for (i, support) in distinct.enumerated() {
      if i % share == 0 { classes.append(support) } else { classes[classes.count - 1].formUnion(support) }
      numbers[support] = UInt8(classes.count - 1)
    }
    classOfRule = supports.map { numbers[$0]! }

    var table = [UInt8](repeating: 0, count: classes.count)
    for (i, one) in classes.enumerated() {
      table += classes.enumerated().map { $0 < i && one.isIndependent(of: $1) ? 1 : 0 }
    }
    arena = TableArena()
    self.table = arena.copy(table)
    classCount = classes.count
    isUseful = table.contains(1)
  }

  /// Class → 1 if a state that was met by a step of `class` need not be left by its steps, else 0. `class` −1: it is not
  /// known how it was met.
  @inline(__always) public func needless(after class: Int) -> UnsafePointer<UInt8> { table + (`class` &+ 1) &* classCount }
}

extension RuleTable {
  /// Component → label → whether any of its edges changes the component.
  fileprivate func changingLabels() -> [[Bool]] {
    zip(groups, labelCounts).map { states, count in
      var changes = [Bool](repeating: false, count: count)
      for (state, list) in states.enumerated() {
        for group in list where group.targets.contains(where: { $0 != Int32(state) }) { changes[group.label] = true }
      }
      return changes
    }
  }
}
