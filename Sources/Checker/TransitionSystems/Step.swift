/// A rule with one local transition chosen for each premise, on packed words.
///
/// Enabled in s when `s & mask == value`; leads to `s ^ delta`.
struct Step<Word: PackedWord>: Hashable {
  var mask: Word, value: Word, delta: Word, event: Int32
}

extension RuleTable {
  /// More steps or rules than this, and looking rules up is faster than bitsets, which cost steps/64 × chunks loads a
  /// state.
  static let stepLimit = 1500

  /// Every rule expanded, without repeats, and which rule each step is of; nil when there are more than `stepLimit`.
  func steps<Word: PackedWord>(_ layout: PackedLayout, as word: Word.Type) -> (steps: [Step<Word>], rules: [Int])? {
    let use = labelUse()
    var total = 0
    for rule in rules {
      var choices = 1
      for premise in rule.premises { choices = min(choices * use[premise.component][premise.label].edges, 1 << 20) }
      total += choices
      if total > Self.stepLimit { return nil }
    }
    // Component → label → (from, to).
    var edges = labelCounts.map { [[(from: Int32, to: Int32)]](repeating: [], count: $0) }
    for (c, states) in groups.enumerated() {
      for (from, list) in states.enumerated() {
        for group in list { edges[c][group.label] += group.targets.map { (Int32(from), $0) } }
      }
    }
    var steps: [Step<Word>] = [], ruleOfStep: [Int] = [], seen: Set<Step<Word>> = []
    for (number, rule) in rules.enumerated() {
      var partial = [Step<Word>(mask: 0, value: 0, delta: 0, event: rule.result)]
      for premise in rule.premises {
        let shift = Word(layout.shifts[premise.component]), field = layout.field(premise.component, as: Word.self)
        partial = partial.flatMap { step in
          edges[premise.component][premise.label].map { edge in
            var next = step
            next.mask |= field
            next.value |= Word(truncatingIfNeeded: edge.from) << shift
            next.delta |= Word(truncatingIfNeeded: edge.from ^ edge.to) << shift
            return next
          }
        }
      }
      for step in partial where seen.insert(step).inserted {
        steps.append(step)
        ruleOfStep.append(number)
      }
    }
    return (steps, ruleOfStep)
  }
}
