import CheckerModels
import Testing

@testable import TransitionSystems

/// Steps of independent classes neither enable nor disable nor change each other.
@Suite struct CommutationTests {
  /// What a transition does, but for where it starts.
  struct Effect: Hashable { var event: Int32, change: UInt64 }

  private func effects(
    _ machine: PackedMachine<UInt64>, _ state: UInt64
  ) -> [(class: Int, effect: Effect, target: UInt64)] {
    var outbox = Outbox<UInt64>(capacity: 1)
    machine.successors(of: state, into: &outbox)
    return (0..<outbox.count).map {
      let target = outbox.words[$0]
      return (Int(outbox.classes[$0]), Effect(event: outbox.events[$0], change: state ^ target), target)
    }
  }

  /// How many pairs of a step and a needless one were looked at, in the first states.
  private func check(_ network: Network, _ what: String, states: Int = 40) -> Int {
    var independent = 0, complaints: [String] = []
    for generator in [PackedGenerator.steps, .ruleSets, .rules] {
      let machine = PackedMachine<UInt64>(network, generator: generator)!
      let commutation = machine.commutation
      // Of two rules that do the same one stands for both, so that its class is not where it is looked for: see
      // WideSearchTests for those.
      if machine.mayRepeat { continue }
      for state in enumerateStates(machine, limit: states) {
        let before = effects(machine, state)
        // Of very many some are enough.
        for step in before.enumerated().filter({ $0.offset % (before.count / 12 + 1) == 0 }).map(\.element) {
          let needless = commutation.needless(after: step.class)
          let here = before.filter { needless[$0.class] != 0 }
          let there = effects(machine, step.target).filter { needless[$0.class] != 0 }
          if Set(here.map(\.effect)) != Set(there.map(\.effect)) { complaints.append("\(generator), \(state)") }
          if here.contains(where: { $0.class >= step.class }) { complaints.append("not a lower class") }
          for other in here.prefix(12)
          where !effects(machine, other.target).contains(where: { $0.effect == step.effect }) {
            complaints.append("\(generator), \(state): one forbids the other")
          }
          independent += here.count
        }
      }
      let unknown = commutation.needless(after: -1)
      if (0..<commutation.classCount).contains(where: { unknown[$0] != 0 }) { complaints.append("nothing is known") }
    }
    #expect(complaints == [], "\(what)")
    return independent
  }

  /// Five components, and rules of one or two of them. Label 2 only asks for a state.
  private func looseNetwork(_ random: inout SplitMix, isDeterministic: Bool = false) -> Network {
    let components = (0..<5).map { _ in
      let changing = randomSystem(states: 3, labels: 2, &random)
      return ExplicitSystem(
        successors: (0..<3).map { state in
          let asking = ExplicitSystem.Edge(label: 2, target: Int32(state))
          let all = changing[state].map { ExplicitSystem.Edge(label: $0.label, target: $0.target) }
          let edges = isDeterministic ? (0..<2).compactMap { label in all.first { $0.label == label } } : all
          return edges + (state == 1 ? [asking] : [])
        })
    }
    let rules = (0..<10 as Range<Int32>).map { number in
      let chosen = components.indices.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))
      return Network.Rule(
        premises: chosen.map { .init(component: Int32($0), label: Int32.random(in: 0..<3, using: &random)) },
        result: number)
    }
    return Network(components: components, rules: rules)
  }

  private func enumerateStates(_ machine: PackedMachine<UInt64>, limit: Int) -> [UInt64] {
    var states = [machine.initial], seen: Set<UInt64> = [machine.initial], next = 0
    while next < states.count, states.count < limit {
      for step in effects(machine, states[next]) where seen.insert(step.target).inserted { states.append(step.target) }
      next += 1
    }
    return states
  }

  @Test func `what is called independent commutes, in random networks and in models`() {
    var independent = 0
    for seed in 0..<200 as Range<UInt64> {
      var random = SplitMix(seed)
      independent += check(seed % 2 == 0 ? randomNetwork(&random) : looseNetwork(&random), "seed \(seed)")
    }
    #expect(independent > 1000)
    #expect(check(.philosophers(4), "philosophers") > 100)
    #expect(check(.tokenRing(5), "token ring") > 100)
    // One gap: no two moves that can be made look at different cells.
    #expect(check(.knights(3, 4), "knights") == 0)
  }

  @Test func `more classes than there may be are put together, and still commute`() {
    // A rule for every two of twenty: more sets of components than classes.
    let clock = ExplicitSystem(successors: [[.init(label: 2, target: 1)], [.init(label: 3, target: 0)]])
    var rules: [Network.Rule] = []
    for i in 0..<20 {
      for j in i + 1..<20 {
        for label in [2, 3] as [Int32] {
          let premises = [i, j].map { Network.Premise(component: Int32($0), label: label) }
          rules.append(.init(premises: premises, result: Int32(rules.count + 2)))
        }
      }
    }
    let network = Network(components: Array(repeating: clock, count: 20), rules: rules)
    let machine = PackedMachine<UInt64>(network)!
    #expect(machine.commutation.classCount <= Commutation.mostClasses && machine.commutation.classCount > 60)
    #expect(check(network, "pairs", states: 2) > 0)
  }

  @Test func `steps that are left out are counted, and the others made`() {
    var omissions: [PackedGenerator: Int] = [:]
    for seed in 0..<200 as Range<UInt64> {
      var random = SplitMix(seed)
      let network = seed % 4 < 2 ? randomNetwork(&random) : looseNetwork(&random, isDeterministic: seed % 8 == 3)
      let machine = PackedMachine<UInt64>(network, generator: seed % 2 == 0 ? .steps : .ruleSets)!
      if machine.stepSetWords == 0 { continue }
      let (few, many) = (random.next(), random.next())
      let omitted = machine.stepSet { event, `class` in few >> UInt64((Int(event) + `class`) & 63) & 1 == 1 }
      let noted = machine.stepSet { event, _ in many >> UInt64(event & 63) & 1 == 1 }
      let states = enumerateStates(machine, limit: 20), wholly = seed % 3 == 0
      // What lies above a state is not looked at.
      let words = states.map { $0 | 0xA5 << 56 }, mask = (1 << 56) - 1 as UInt64
      #expect(machine.layout.width <= 56)
      var spans = omitted.withUnsafeBufferPointer { set in
        states.map { _ in StepSpan(without: set.baseAddress!) }
      }
      var outbox = Outbox<UInt64>(capacity: 1), done = 0, at = 0
      while done < states.count {
        outbox.count = 0
        let first = done
        omitted.withUnsafeBufferPointer { _ in
          done += machine.successors(
            ofAll: Array(words[first...]), states.count - first, mask: mask, atMost: 5, noting: noted, wholly: wholly,
            spans: &spans[first], into: &outbox)
        }
        #expect(done > first && (done == states.count || outbox.count >= 5))
        at = 0
        for i in first..<done {
          let state = states[i], range = at..<spans[i].end, all = effects(machine, state)
          func isChosen(_ step: (class: Int, effect: Effect, target: UInt64)) -> Bool {
            few >> UInt64((Int(step.effect.event) + step.class) & 63) & 1 == 1
          }
          let made = Set(range.map { Effect(event: outbox.events[$0], change: state ^ outbox.words[$0]) })
          #expect(made.count == range.count && made.isSubset(of: all.map(\.effect)))
          for k in range {
            let effect = Effect(event: outbox.events[k], change: state ^ outbox.words[k])
            #expect(all.contains { $0.effect == effect && $0.class == Int(outbox.classes[k]) })
          }
          let left = all.filter { !made.contains($0.effect) }
          #expect(spans[i].omitted == left.count && left.allSatisfy(isChosen))
          #expect(spans[i].isNoted == left.contains { many >> UInt64($0.effect.event & 63) & 1 == 1 })
          if wholly { #expect(left.isEmpty || spans[i].isNoted) }
          // Of rules those with several transitions are made all the same.
          if machine.generator == .steps, !wholly || spans[i].isNoted {
            #expect(made.isDisjoint(with: all.filter(isChosen).map(\.effect)))
          }
          omissions[machine.generator, default: 0] += left.count
          at = range.upperBound
        }
        #expect(at == outbox.count)
      }
    }
    #expect(omissions[.steps, default: 0] > 100 && omissions[.ruleSets, default: 0] > 100)
  }
}
