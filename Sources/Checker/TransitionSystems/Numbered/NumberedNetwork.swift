/// A network of any width, whose states are numbered as they are met: a state is the number that a ``StateTree`` has for
/// it, and rules are looked up in the current states of the components.
///
/// For networks that no packed word can hold. Belongs to one thread.
///
/// Invariants:
/// - I1: `successors` allocates nothing, but where the outbox or the tables of numbers grow.
/// - I2: the transitions of a state are a set, in an order that is a function of the network and the state. The numbers
///   are a function of what was asked for before.
public final class NumberedNetwork {
  /// The initial state is the first that is numbered.
  public var initial: UInt32 { 0 }
  /// Numbers are below this.
  public static var mostStates: Int { Int(Int32.max) }

  private let arena: TableArena
  private let index: RuleIndex
  private let mayRepeat: Bool
  private let tree: StateTree
  // SAFETY: the four below belong to `arena` and are never written after `init`.
  /// The targets of groups, in the order of the index.
  private let targets: UnsafePointer<Int32>
  /// Component → its block, where it begins there, and its bits.
  private let blockOf: UnsafePointer<Int32>, shifts: UnsafePointer<UInt64>, ones: UnsafePointer<UInt64>
  // SAFETY: these four are owned and freed in deinit. `states` has a place for each component, `changes` and `touched`
  // one for each block, `choices` one for each premise that a rule can have; all initialised.
  private let states: UnsafeMutablePointer<Int32>
  /// Block → the bits that the combination that is being built changes; 0 between two.
  private let changes: UnsafeMutablePointer<UInt64>
  private let touched: UnsafeMutablePointer<Int32>
  private let choices: UnsafeMutablePointer<Choice>

  /// One premise of the rule that fires: where its component can go, and which of these is next.
  private struct Choice: BitwiseCopyable {
    var component = 0, first = 0, end = 0, at = 0
  }

  public init(_ network: Network) {
    let arena = TableArena(), table = RuleTable(network)
    self.arena = arena
    mayRepeat = table.rulesCanCoincide()
    var targets: [Int32] = [], mostPremises = 1
    index = RuleIndex(table, arena) { targets.append($1) } rule: { mostPremises = max(mostPremises, $0.premises.count) }
    self.targets = arena.copy(targets)

    var blockOf: [Int32] = [], shifts: [UInt64] = [], ones: [UInt64] = [], block: Int32 = 0, used = 0
    for width in PackedLayout(network.components).widths {
      if used + width > 64 { (block, used) = (block + 1, 0) }
      blockOf.append(block)
      shifts.append(UInt64(used & 63))
      ones.append((1 << UInt64(width)) - 1)
      used += width
    }
    self.blockOf = arena.copy(blockOf)
    self.shifts = arena.copy(shifts)
    self.ones = arena.copy(ones)
    let blockCount = Int(block) + 1
    tree = StateTree(blockCount: blockCount)
    states = .allocate(capacity: max(1, blockOf.count))
    states.initialize(repeating: 0, count: max(1, blockOf.count))
    changes = .allocate(capacity: blockCount)
    changes.initialize(repeating: 0, count: blockCount)
    touched = .allocate(capacity: blockCount)
    touched.initialize(repeating: 0, count: blockCount)
    choices = .allocate(capacity: mostPremises)
    choices.initialize(repeating: Choice(), count: mostPremises)
    var bits = [UInt64](repeating: 0, count: blockCount)
    for (c, component) in network.components.enumerated() {
      bits[Int(blockOf[c])] |= UInt64(UInt32(bitPattern: component.initial)) << shifts[c]
    }
    _ = tree.number(of: bits)
  }

  deinit {
    states.deallocate()
    changes.deallocate()
    touched.deallocate()
    choices.deallocate()
  }

  /// How many states were met.
  public var count: Int { tree.count }

  /// What the numbers take.
  public var bytes: Int { tree.bytes }

  /// The states of the components.
  public func components(of state: UInt32) -> [Int32] {
    read(state)
    return (0..<index.componentCount).map { states[$0] }
  }

  private func read(_ state: UInt32) {
    tree.read(state)
    for c in 0..<index.componentCount {
      states[c] = Int32(truncatingIfNeeded: (tree.blocks[Int(blockOf[c])] &>> shifts[c]) & ones[c])
    }
  }

  /// Appends the transitions of `state`; the words are numbers of states.
  public func successors(of state: UInt32, into outbox: inout Outbox<UInt64>) {
    let start = outbox.count
    read(state)
    outbox.reserve(index.freeCount)
    for i in 0..<index.freeCount { outbox.append(UInt64(state), index.freeEvents[i]) }
    for c in 0..<index.componentCount {
      for group in index.groups(ofRow: row(of: c)) {
        for i in index.rules(ownedBy: group) { fire(Int(index.owned[i]), c, group, &outbox) }
      }
    }
    if mayRepeat { outbox.removeRepeats(from: start) }
  }

  @inline(__always) private func row(of component: Int) -> Int {
    index.rowBases[component] &+ Int(states[component])
  }

  /// Appends what `rule` does, every combination of its premises' targets: the choices count like an odometer.
  @inline(__always)
  private func fire(_ rule: Int, _ owner: Int, _ group: Int, _ outbox: inout Outbox<UInt64>) {
    choose(0, owner, group)
    var count = 1
    for p in index.premises(of: rule) {
      let premise = index.premises[p]
      let group = index.find(premise.label, inRow: row(of: Int(premise.component)))
      if group < 0 { return }
      choose(count, Int(premise.component), group)
      count &+= 1
    }
    let event = index.events[rule]
    var combinations = true
    while combinations {
      outbox.reserve(1)
      outbox.append(UInt64(target(count)), event)
      combinations = false
      for i in 0..<count {
        choices[i].at &+= 1
        if choices[i].at < choices[i].end {
          combinations = true
          break
        }
        choices[i].at = choices[i].first
      }
    }
  }

  @inline(__always) private func choose(_ i: Int, _ component: Int, _ group: Int) {
    let targets = index.targets(of: group)
    choices[i] = Choice(
      component: component, first: targets.lowerBound, end: targets.upperBound, at: targets.lowerBound)
  }

  /// The number of the state to which the first `count` choices lead.
  @inline(__always) private func target(_ count: Int) -> UInt32 {
    var blocks = 0
    for i in 0..<count {
      let c = choices[i].component, block = Int(blockOf[c])
      let change = UInt64(UInt32(bitPattern: states[c] ^ targets[choices[i].at])) &<< shifts[c]
      if change == 0 { continue }
      // Different components change different bits, so a block that was changed stays so.
      if changes[block] == 0 {
        touched[blocks] = Int32(block)
        blocks &+= 1
      }
      changes[block] |= change
    }
    for i in 0..<blocks {
      let block = Int(touched[i])
      tree.change(block, to: tree.blocks[block] ^ changes[block])
      changes[block] = 0
    }
    return tree.numberChanged()
  }
}
