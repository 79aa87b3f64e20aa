import TransitionSystems

extension WeakBisimulation {
  /// One state a class, with the fewest steps: none that others make up for.
  ///
  /// > Source: Eloranta, *Minimizing the number of transitions with respect to observation equivalence*, BIT 1991.
  ///
  /// The lowest state of a class has no τ into its own class, so that what its class can do begins with a step of its own
  /// or with τ into another class, which is lower. A τ-loop is needed where no other class in reach diverges.
  mutating func quotient(_ limits: CompressionLimits) throws -> CompressedSystem? {
    let count = classes.blockCount, ranks = source.ranks(of: classes.blocks, count: count)
    var lowest = [Int32](repeating: -1, count: count)
    for (state, block) in classes.blocks.enumerated().reversed() { lowest[Int(ranks[Int(block)])] = Int32(state) }
    guard let fates = try fates(ofStepsOf: lowest, limits) else { return nil }
    var rows = RowBuilder(states: count, edges: system.edges.count), covered = Stamps(count)
    for (number, state) in lowest.enumerated() {
      let row = row(state)
      var from = row.lowerBound, othersDiverge = false
      while from < row.upperBound {
        let label = system.edges[from].label
        var end = from, hasOpen = false
        while end < row.upperBound && system.edges[end].label == label {
          hasOpen = hasOpen || fates[end] == .open
          end += 1
        }
        if hasOpen { cover(from..<end, of: state, &covered) }
        for i in from..<end where fates[i] != .dropped {
          let next = system.edges[i].target, target = classes.blocks[Int(next)]
          if label == tau { othersDiverge = othersDiverge || source.diverges[Int(next)] }
          if fates[i] == .open && (covered.contains(target) || hasAfterTau(state, label, target)) { continue }
          rows.append(label, ranks[Int(target)])
        }
        from = end
      }
      if source.diverges[Int(state)] && !othersDiverge { rows.append(tau, Int32(number)) }
      rows.endRow()
    }
    let initial = ranks[Int(classes.blocks[Int(system.initial)])]
    return source.result(CompressedSystem(system: rows.system(initial: initial), representatives: lowest))
  }

  /// Step → whether others of its state make up for it. Where it is open, the sets that tell it have been made; nil where
  /// they are too large.
  private mutating func fates(ofStepsOf states: [Int32], _ limits: CompressionLimits) throws -> [StepFate]? {
    if sketches.sketchedCount != classes.blockCount {
      try sketches.sketch(classes.blocks, count: classes.blockCount, limits)
    }
    // Class → its least state.
    var least = [Int32](repeating: -1, count: classes.blockCount)
    for state in states { least[Int(classes.blocks[Int(state)])] = state }
    var fates = [StepFate](repeating: .kept, count: system.edges.count), unknown: [Int] = [], done = 0
    for state in states {
      let row = row(state)
      if (done + row.count) >> 16 > done >> 16 { try limits.checkpoint?() }
      done += row.count
      // Linear in the row: when it is spent, the sets of all its targets are asked for, and tell the rest.
      var budget = row.count * sketches.effort.searched
      for i in row {
        if budget <= 0 {
          fates[i] = system.edges[i].label == tau && system.edges[i].target == state ? .dropped : .open
          continue
        }
        unknown.removeAll(keepingCapacity: true)
        fates[i] = fate(ofStep: i, of: state, least, &unknown, &budget)
        if fates[i] == .open { for other in unknown { askForSets(step: other, for: system.edges[i].label) } }
      }
      if budget <= 0, !row.isEmpty {
        // Rows ascend by labels.
        let hasVisible = system.edges[row.lowerBound].label != tau || system.edges[row.upperBound - 1].label != tau
        for i in row {
          askForSets(step: i, for: system.edges[i].label)
          if hasVisible { askForSets(step: i, for: nil) }
        }
      }
    }
    needParts()
    guard try refreshReach(limits), try refreshSteps(limits) else { return nil }
    return fates
  }

  /// By sketches and searches; `unknown` gets the steps that may make up for it.
  private func fate(
    ofStep step: Int, of state: Int32, _ least: [Int32], _ unknown: inout [Int], _ budget: inout Int
  ) -> StepFate {
    let edge = system.edges[step], block = classes.blocks[Int(edge.target)]
    if edge.label == tau && edge.target == state { return .dropped }
    let target = SketchRounds.Target(number: block, least: least[Int(block)])
    for i in row(state) where i != step {
      budget -= 1
      let other = system.edges[i], most = max(0, min(budget, sketches.effort.searched))
      var rest = most
      if other.label == tau && other.target == state { continue }
      var found: Bool? = false
      if other.label == edge.label && (isWeak || edge.label == tau) {
        if classes.blocks[Int(other.target)] == block { continue }
        found = sketches.reaches(other.target, target, classes.blocks, &rest)
      } else if other.label == tau && edge.label != tau {
        found = sketches.steps(other.target, edge.label, target, classes.blocks, &rest)
      }
      budget -= most - rest
      if found == true { return .dropped }
      if found == nil { unknown.append(i) }
      if budget <= 0 { return .open }
    }
    return unknown.isEmpty ? .kept : .open
  }

  /// Asks for what tells whether a step makes up for others of its state: those with the label, or any visible one.
  private mutating func askForSets(step: Int, for label: Int32?) {
    let edge = system.edges[step]
    if edge.label == label && (isWeak || label == tau) { needsReach[Int(edge.target)].ask() }
    if edge.label == tau && label != tau { needsSteps[Int(edge.target)].ask() }
  }

  /// The classes that targets of these steps, of one label, can become by τ: a step is never made up for by its own
  /// target, as `reach` is without the state's class. Sets that nobody needs are empty, and were found to lack the step.
  private func cover(_ steps: Range<Int>, of state: Int32, _ covered: inout Stamps) {
    covered.clear()
    for i in steps {
      let edge = system.edges[i]
      if edge.label == tau ? edge.target == state : !isWeak { continue }
      for j in sets.range(reach[Int(edge.target)]) { _ = covered.insert(Int32(truncatingIfNeeded: sets.words[j])) }
    }
  }

  /// Whether a state that this one can become by τ has the step.
  private func hasAfterTau(_ state: Int32, _ label: Int32, _ target: Int32) -> Bool {
    if label == tau { return false }
    let step = UInt64(UInt32(bitPattern: label)) << 32 | UInt64(UInt32(target))
    for i in row(state) where system.edges[i].label == tau && system.edges[i].target != state {
      if sets.contains(step, in: steps[Int(system.edges[i].target)]) { return true }
    }
    return false
  }
}

private enum StepFate: UInt8 {
  case kept, dropped
  /// The sets tell it.
  case open
}
