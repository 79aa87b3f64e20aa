import CheckerModels
import Testing
import TransitionSystems

@Suite struct PackedMachineTests {
  struct Size: Sendable { var name: String, network: Network, states: Int, transitions: Int? }

  static let sizes = [
    Size(name: "philosophers 2", network: .philosophers(2), states: 36, transitions: nil),
    Size(name: "philosophers 3", network: .philosophers(3), states: 214, transitions: nil),
    Size(name: "philosophers 4", network: .philosophers(4), states: 1296, transitions: nil),
    Size(name: "philosophers 5", network: .philosophers(5), states: 7774, transitions: 34_240),
    Size(name: "philosophers 6", network: .philosophers(6), states: 46_656, transitions: 246_612),
    Size(name: "token ring 6", network: .tokenRing(6), states: 6 * 3 * 32, transitions: nil),
  ]

  @Test(arguments: sizes) func `all generators find the sizes known in closed form, in both words`(_ size: Size) {
    for generator in [PackedGenerator.steps, .ruleSets, .rules] {
      let found = enumerate(PackedMachine<UInt64>(size.network, generator: generator)!)
      #expect(found.states == size.states)
      if let transitions = size.transitions { #expect(found.transitions == transitions) }
      #expect(enumerate(PackedMachine<UInt128>(size.network, generator: generator)!).states == size.states)
    }
  }

  @Test func `on the 3 by 3 board no knight reaches the middle square`() {
    // The gap stands in the middle, which no knight can reach or leave.
    #expect(enumerate(PackedMachine<UInt64>(.knights(3, 3))!).states == 1)
    // 12!/(6!·5!·1!) placements, all reachable on 3 × 4.
    let small = enumerate(PackedMachine<UInt64>(.knights(3, 4))!)
    #expect(small.states == 5544)
  }

  @Test(arguments: 0..<200 as Range<UInt64>) func `random networks agree with naive enumeration`(_ seed: UInt64) {
    var random = SplitMix(seed)
    let network = randomNetwork(&random)
    let naive = NaiveNetwork(network)
    for generator in [PackedGenerator.steps, .ruleSets, .rules] {
      let machine = PackedMachine<UInt64>(network, generator: generator)!
      var outbox = Outbox<UInt64>()
      for state in naive.reachable(limit: 300) {
        outbox.count = 0
        machine.successors(of: machine.layout.pack(state), into: &outbox)
        let found = (0..<outbox.count).map {
          NaiveNetwork.Move(event: outbox.events[$0], target: machine.layout.unpack(outbox.words[$0]))
        }
        #expect(found.count == Set(found).count, "repeats, seed \(seed)")
        #expect(Set(found) == naive.moves(of: state), "seed \(seed)")
      }
    }
  }

  @Test func `a network too wide for the word is refused`() {
    #expect(PackedMachine<UInt64>(.philosophers(13)) == nil)
    #expect(PackedMachine<UInt128>(.philosophers(13)) != nil)
    #expect(PackedMachine<UInt128>(.philosophers(26)) == nil)
  }

  @Test func `many steps fall back to sets of rules, many rules to looking them up`() {
    let wide = ExplicitSystem(
      successors: (0..<60).map { i in
        (0..<60).map { ExplicitSystem.Edge(label: Int32($0 % 2), target: ($0 + i) % 60) }
      })
    let network = Network(
      components: [wide, wide],
      rules: [.init(premises: [.init(component: 0, label: 0), .init(component: 1, label: 1)], result: 2)])
    var many = network
    many.rules += (3..<1600).map { .init(premises: network.rules[0].premises, result: $0) }
    for (network, generator, expected) in [
      (network, .steps, .ruleSets), (network, .rules, .rules), (many, .steps, .rules),
    ] as [(Network, PackedGenerator, PackedGenerator)] {
      let machine = PackedMachine<UInt64>(network, generator: generator)!
      #expect(machine.generator == expected)
      var outbox = Outbox<UInt64>(capacity: 1)
      machine.successors(of: machine.initial, into: &outbox)
      #expect(outbox.count == 900 * network.rules.count)
    }
  }

  @Test func `states survive packing`() {
    let layout = PackedLayout((1...20).map { ExplicitSystem(successors: Array(repeating: [], count: $0)) })
    let states = (1...20).map { Int32($0 - 1) }
    #expect(layout.unpack(layout.pack(states, as: UInt128.self)) == states)
  }

  @Test func `many states at once have the successors of each, in order`() {
    let coinciding = Network(
      components: [ExplicitSystem(successors: [[.init(label: 0, target: 1), .init(label: 1, target: 1)], []])],
      rules: (0..<2).map { .init(premises: [.init(component: 0, label: $0)], result: 2) })
    for network in [.knights(3, 4), .philosophers(4), .tokenRing(5), .bullyElection(3), coinciding] as [Network] {
      for generator in [.steps, .ruleSets, .rules] as [PackedGenerator] {
        compare(PackedMachine<UInt64>(network, generator: generator)!)
        compare(PackedMachine<UInt128>(network, generator: generator)!)
      }
    }
  }

  private func compare<Word>(_ machine: PackedMachine<Word>) {
    var states = [machine.initial], one = Outbox<Word>(capacity: 1), ends: [Int] = []
    var i = 0
    while i < min(states.count, 500) {
      machine.successors(of: states[i], into: &one)
      ends.append(one.count)
      for j in (ends.dropLast().last ?? 0)..<one.count where states.count < 500 { states.append(one.words[j]) }
      i += 1
    }
    let mark: Word = 1 << Word(Word.bitWidth - 1), words = states.prefix(i).map { $0 | mark }
    for most in [1, 7, 1 << 20] {
      var done = 0, before = 0
      while done < i {
        var all = Outbox<Word>(capacity: 1), spans = Array(repeating: StepSpan(end: 0), count: i - done)
        let n = machine.successors(
          ofAll: Array(words[done...]), i - done, mask: mark - 1, atMost: most, spans: &spans, into: &all)
        #expect(n > 0 && (done + n == i || all.count >= most))
        #expect((0..<n).allSatisfy { before + spans[$0].end == ends[done + $0] && spans[$0].omitted == 0 })
        #expect(
          (0..<all.count).allSatisfy {
            all.words[$0] == one.words[before + $0] && all.events[$0] == one.events[before + $0]
              && all.classes[$0] == one.classes[before + $0]
          })
        (done, before) = (done + n, before + all.count)
      }
      #expect(before == one.count)
    }
  }

  private func enumerate<Word>(_ machine: PackedMachine<Word>) -> (states: Int, transitions: Int) {
    var seen: Set<Word> = [machine.initial], todo = [machine.initial], transitions = 0
    var outbox = Outbox<Word>()
    while let state = todo.popLast() {
      outbox.count = 0
      machine.successors(of: state, into: &outbox)
      transitions += outbox.count
      for i in 0..<outbox.count where seen.insert(outbox.words[i]).inserted { todo.append(outbox.words[i]) }
    }
    return (seen.count, transitions)
  }
}
