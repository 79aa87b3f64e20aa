/// How a ``PackedMachine`` finds the transitions of a state.
public enum PackedGenerator: Sendable {
  /// Rules expanded to steps, the enabled ones found by bitsets.
  case steps
  /// The enabled rules found by bitsets, and their targets looked up.
  case ruleSets
  /// Rules looked up in the current states of the components.
  case rules
}

/// A network compiled to work on packed words: a global state is one word, and a step of the whole is a few operations.
///
/// Three generators give the same transitions. The *step* generator expands every rule to steps (mask, value, delta,
/// event) and finds the enabled ones by ANDed bitsets; it needs few steps and small components. The *rule set*
/// generator finds the enabled rules in that way and looks up where they lead; it needs few rules. The *rule* generator
/// looks up the premises too, in the components' current states; it takes any network.
///
/// Invariants:
/// - I1: `successors` allocates nothing (the outbox may grow), counts no reference, calls through no existential.
/// - I2: the transitions of a state are a set; where rules can coincide, `successors` drops the repeats.
/// - I3: the order of transitions is a function of the network and the state.
// SAFETY: @unchecked: the tables that its pointers lead to are never written after `init`.
public struct PackedMachine<Word: PackedWord>: @unchecked Sendable {
  public let layout: PackedLayout
  public let initial: Word

  public let generator: PackedGenerator
  /// Which transitions commute.
  public let commutation: Commutation
  @usableFromInline let mayRepeat: Bool
  @usableFromInline let steps: StepGenerator<Word>
  // SAFETY: belong to `arena`, and are never written after `init`. Through pointers, as the compiler would copy them for every
  // state before it looks which generator it is.
  @usableFromInline let ruleSets: UnsafePointer<RuleSetGenerator<Word>>, rules: UnsafePointer<RuleGenerator<Word>>
  private let arena: TableArena
  private let table: RuleTable

  fileprivate init?(compiling network: Network, _ preferred: PackedGenerator) {
    let layout = PackedLayout(network.components)
    if layout.width > Word.bitWidth { return nil }
    self.layout = layout
    initial = layout.pack(network.components.map(\.initial))
    let arena = TableArena(), table = RuleTable(network)
    self.arena = arena
    self.table = table
    mayRepeat = table.rulesCanCoincide()
    var classes: [UInt8] = []
    commutation = Commutation(table, classOfRule: &classes)
    if preferred == .steps, let list = table.steps(layout, as: Word.self),
      let compiled = StepGenerator(list.steps, list.rules.map { classes[$0] }, layout, arena)
    {
      generator = .steps
      (steps, ruleSets, rules) = (compiled, arena.copy([.none(arena)]), arena.copy([.none(arena)]))
    } else if preferred != .rules, table.rules.count <= RuleTable.stepLimit,
      let compiled = RuleSetGenerator<Word>(table, classes, layout, arena)
    {
      generator = .ruleSets
      (steps, ruleSets, rules) = (.none(arena), arena.copy([compiled]), arena.copy([.none(arena)]))
    } else {
      generator = .rules
      let compiled = RuleGenerator<Word>(table, classes, layout, arena)
      (steps, ruleSets, rules) = (.none(arena), arena.copy([.none(arena)]), arena.copy([compiled]))
    }
  }

  /// For storing many states in less room: takes some milliseconds to make, and a look into a table for each chunk of each
  /// state. Where it would not save `leastGain` bits, 1 or more, it leaves states as they are.
  public func stateCoder(leastGain: Int) -> StateCoder<Word> {
    StateCoder(table, layout, initial: layout.unpack(initial), leastGain: leastGain)
  }

  /// Appends the transitions of `state` to `outbox`.
  @inlinable @inline(__always)
  public func successors(of state: Word, into outbox: inout Outbox<Word>) {
    let start = outbox.count
    // The others are not inlined: they would have all three of them loaded for every state. Nor are they called by a method of
    // the machine, which would be copied for it.
    switch generator {
    case .steps: steps.successors(of: state, into: &outbox)
    case .ruleSets: ruleSets.pointee.successors(of: state, into: &outbox)
    case .rules: rules.pointee.successors(of: state, into: &outbox)
    }
    if mayRepeat { outbox.removeRepeats(from: start) }
  }

  /// Appends the transitions of each of `states[..<n]`, as long as the outbox has fewer than `most`, and says in `spans` where
  /// those of each end. Faster than one at a time: what all share is read once.
  ///
  /// - Parameter mask: what of a state is one.
  /// - Returns: of how many states.
  ///
  /// SAFETY: `spans` has an entry for each state, initialised or not.
  @inlinable @inline(__always)
  public func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    spans: UnsafeMutablePointer<StepSpan>, into outbox: inout Outbox<Word>
  ) -> Int {
    if generator == .steps, !mayRepeat {
      return steps.successors(ofAll: states, n, mask: mask, atMost: most, spans: spans, into: &outbox)
    }
    if generator == .ruleSets, !mayRepeat, ruleSets.pointee.areAllPairs {
      return ruleSets.pointee.successors(ofAll: states, n, mask: mask, atMost: most, spans: spans, into: &outbox)
    }
    var done = 0
    while done < n, outbox.count < most {
      successors(of: states[done] & mask, into: &outbox)
      spans[done] = StepSpan(end: outbox.count)
      done &+= 1
    }
    return done
  }

  // MARK: Leaving steps out

  /// Of sets of steps, in words of 64; 0 where steps cannot be left out: where they are not numbered, or coincide. Rules of
  /// which each has one transition at most are as good as steps; of others nothing is left out.
  public var stepSetWords: Int {
    if mayRepeat { return 0 }
    return switch generator {
    case .steps: steps.enabled.wordsPerSet
    case .ruleSets: ruleSets.pointee.enabled.wordsPerSet
    case .rules: 0
    }
  }

  /// The set of the steps that `belongs` says so of, by event and class.
  public func stepSet(_ belongs: (_ event: Int32, _ class: Int) -> Bool) -> [UInt64] {
    var set = [UInt64](repeating: 0, count: stepSetWords)
    if set.isEmpty { return set }
    switch generator {
    case .steps:
      for i in 0..<steps.stepCount where belongs(steps.events[i], Int(steps.classes[i])) {
        set[i >> 6] |= 1 << UInt64(i & 63)
      }
    case .ruleSets:
      for i in 0..<table.rules.count where belongs(ruleSets.pointee.events[i], Int(ruleSets.pointee.classes[i])) {
        set[i >> 6] |= ruleSets.pointee.pairs[i >> 6] & 1 << UInt64(i & 63)
      }
    case .rules: break
    }
    return set
  }

  /// The same, but for the steps of the set in the span of each, which are only counted, and compared with those of `noted`.
  ///
  /// - Parameter wholly: a state of which steps were left out, but none of `noted`, is given all its steps after all.
  ///
  /// SAFETY: as above, and `spans` is initialised; all sets have `stepSetWords` words, which are not 0, and are of `stepSet`.
  @inlinable @inline(__always)
  public func successors(
    ofAll states: UnsafePointer<Word>, _ n: Int, mask: Word, atMost most: Int,
    noting noted: UnsafePointer<UInt64>, wholly: Bool, spans: UnsafeMutablePointer<StepSpan>,
    into outbox: inout Outbox<Word>
  ) -> Int {
    if generator == .steps {
      return steps.successors(
        ofAll: states, n, mask: mask, atMost: most, noting: noted, wholly: wholly, spans: spans, into: &outbox)
    }
    if ruleSets.pointee.areAllPairs {
      return ruleSets.pointee.successors(
        ofAll: states, n, mask: mask, atMost: most, noting: noted, wholly: wholly, spans: spans, into: &outbox)
    }
    var done = 0
    while done < n, outbox.count < most {
      let state = states[done] & mask, set = spans[done].set.unsafelyUnwrapped, start = outbox.count
      var omitted = ruleSets.pointee.successors(of: state, without: set, noting: noted, into: &outbox)
      if wholly, omitted.count > 0, !omitted.isNoted {
        (outbox.count, omitted) = (start, .none)
        ruleSets.pointee.successors(of: state, into: &outbox)
      }
      spans[done] = StepSpan(end: outbox.count, omitted)
      done &+= 1
    }
    return done
  }
}

// Not one generic initialiser: called from another module it would run unspecialised, many times slower.
extension PackedMachine where Word == UInt64 {
  /// Nil when the states of `network` do not fit the word. `generator` is only a wish: where its tables would be too
  /// large, the next one is taken.
  public init?(_ network: Network, generator: PackedGenerator = .steps) { self.init(compiling: network, generator) }
}

extension PackedMachine where Word == UInt128 {
  /// Nil when the states of `network` do not fit the word. `generator` is only a wish: where its tables would be too
  /// large, the next one is taken.
  public init?(_ network: Network, generator: PackedGenerator = .steps) { self.init(compiling: network, generator) }
}
