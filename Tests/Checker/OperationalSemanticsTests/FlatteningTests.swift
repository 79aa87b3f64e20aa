import OperationalSemantics
import ProcessGenerators
import ProcessTerms
import Testing
import TransitionSystems

@Test(arguments: 0..<30 as Range<UInt64>)
func `a flattened process is the process, step for step`(seed: UInt64) throws {
  var generator = ProcessGenerator(seed: seed)
  generator.wildness = 0.1
  let rules = FiringRules(generator.table)
  rules.transitionLimit = 200
  rules.chaseLimit = 100
  var limits = FlatteningLimits()
  limits.leafStates = 100
  limits.leafTransitions = 2_000
  limits.rules = 500
  var flattened = 0
  for number in 0..<100 {
    guard let root = try? generator.table.resolve(composition(&generator, depth: 3)) else { continue }
    guard let flat = try flatten(root, rules: rules, limits: limits) else { continue }
    flattened += 1
    try compare(flat, with: root, rules, "seed \(seed), number \(number): \(generator.equations.text(root))")
  }
  #expect(flattened > 50, "too few terms can be flattened for the test to mean much")
}

/// Parallel forms, hiding and renaming, up to `depth` of them below one another.
private func composition(_ generator: inout ProcessGenerator, depth: Int) -> Process {
  if depth == 0 { return generator.process(size: Int.random(in: 1...5, using: &generator.random)) }
  func part() -> Process { composition(&generator, depth: depth - 1) }
  func parts() -> [Process] { (0..<Int.random(in: 2...3, using: &generator.random)).map { _ in part() } }
  let table = generator.table
  switch Int.random(in: 0..<12, using: &generator.random) {
  case 0..<4: return table.parallel(parts(), generator.set())
  case 4, 5: return table.alphabetised(parts().map { ($0, generator.set()) })
  case 6: return table.alphabetised([(part(), generator.set())])
  case 7: return table.linked(part(), generator.linkage(), part())
  case 8: return table.hide(part(), generator.set())
  case 9: return table.project(part(), generator.set())
  case 10: return table.rename(part(), generator.renaming())
  default: return generator.process(size: 5)
  }
}

/// Ω where the language cannot put it: not behind a ✓.
@Test func `an Ω that no ✓ led to is flattened like any other process`() throws {
  let world = World(), table = world.table
  let odd = table.prefix(world.a, table.omega), hidden = table.hide(odd, world.set(world.a))
  let over = table.rename(table.hide(table.omega, world.set()), table.renaming([]))
  for (i, root) in [
    table.parallel([odd, table.omega], world.set()), table.parallel([hidden, table.omega, table.skip], world.set()),
    table.parallel([over, table.skip], world.set()), over, table.project(odd, world.set()),
  ].enumerated() {
    let flat = try #require(try flatten(root, rules: world.rules))
    try compare(flat, with: root, world.rules, "term \(i)")
  }
}

/// Walks the network and the terms side by side, up to 200 states.
private func compare(
  _ flat: FlattenedProcess, with root: Process, _ rules: FiringRules, _ comment: Comment,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let walk = NetworkWalk(flat.network)
  var states = [flat.network.components.map(\.initial)]
  var terms: [[Int32]: Process] = [states[0]: root]
  #expect(flat.process(at: states[0]) == root, comment, sourceLocation: sourceLocation)
  var next = 0
  while next < states.count, states.count < 200 {
    let state = states[next], term = terms[state]!
    next += 1
    var steps: Set<Transition> = []
    for (event, target) in walk.successors(of: state) {
      let known = terms[target]
      let targetTerm = known ?? flat.process(at: target)
      if known == nil {
        terms[target] = targetTerm
        states.append(target)
      }
      steps.insert(Transition(Event(id: event), targetTerm))
    }
    let expected = try rules.transitions(of: term)
    try #require(
      steps.sorted() == expected, "\(comment) at \(rules.table.describe(term)), state \(state)",
      sourceLocation: sourceLocation)
  }
  // Equal numbers of states: no two states of the network are one term.
  #expect(Set(terms.values).count == states.count, comment, sourceLocation: sourceLocation)
}

/// The naive reading of a network.
private struct NetworkWalk {
  let network: Network

  init(_ network: Network) { self.network = network }

  func successors(of state: [Int32]) -> [(event: Int32, target: [Int32])] {
    network.rules.flatMap { rule in
      var targets = [state]
      for premise in rule.premises {
        let component = Int(premise.component)
        let edges = network.components[component][Int(state[component])].filter { $0.label == premise.label }
        targets = targets.flatMap { target in
          edges.map { edge in
            var target = target
            target[component] = edge.target
            return target
          }
        }
      }
      return targets.map { (rule.result, $0) }
    }
  }
}

private func states(_ flat: FlattenedProcess) -> Set<[Int32]> {
  let walk = NetworkWalk(flat.network)
  var seen: Set = [flat.network.components.map(\.initial)]
  var open = Array(seen)
  while let state = open.popLast() {
    for (_, target) in walk.successors(of: state) where seen.insert(target).inserted { open.append(target) }
  }
  return seen
}

/// The table of N philosophers that sit, take their own fork, then the next one, eat, put down the next one, then their
/// own, and rise, as named processes.
private func philosophers(_ world: World, _ n: Int) -> Process {
  let table = world.table
  func event(_ name: String) -> Event { table.alphabet.append(name) }
  let sits = (0..<n).map { event("sits.\($0)") }, eats = (0..<n).map { event("eats.\($0)") }
  let rises = (0..<n).map { event("rises.\($0)") }
  let takes = (0..<n).map { i in [i, (i + 1) % n].map { event("takes.\(i).\($0)") } }
  let puts = (0..<n).map { i in [i, (i + 1) % n].map { event("puts.\(i).\($0)") } }
  let people = (0..<n).map { i in
    var p = world.stop
    p = world.define("PHIL(\(i))") { w in
      [sits[i], takes[i][0], takes[i][1], eats[i], puts[i][1], puts[i][0], rises[i]].reversed()
        .reduce(p) { after, event in table.prefix(event, after) }
    }
    return p
  }
  let forks = (0..<n).map { i in
    let left = (i + n - 1) % n
    var p = world.stop
    p = world.define("FORK(\(i))") { w in
      w.menu((takes[i][0], table.prefix(puts[i][0], p)), (takes[left][1], table.prefix(puts[left][1], p)))
    }
    return p
  }
  let shared = table.set((takes + puts).flatMap { $0 })
  return table.parallel([table.parallel(people, table.set([])), table.parallel(forks, table.set([]))], shared)
}

@Test func `philosophers become one component each, and have the known number of states`() throws {
  let world = World()
  for (n, count, transitions) in [(2, 36, 0), (3, 214, 0), (4, 1_296, 0), (5, 7_774, 34_240)] {
    let flat = try #require(try flatten(philosophers(world, n), rules: world.rules))
    // Nobody terminates: no component for that.
    #expect(flat.components.count == 2 * n)
    #expect(flat.name(of: 0) == "PHIL(0)")
    #expect(flat.name(of: 2 * n - 1) == "FORK(\(n - 1))")
    let reached = states(flat)
    #expect(reached.count == count)
    let walk = NetworkWalk(flat.network)
    if transitions > 0 { #expect(reached.reduce(0) { $0 + walk.successors(of: $1).count } == transitions) }
  }
}

@Test func `equal leaves share one exploration`() throws {
  let world = World()
  let flat = try #require(
    try flatten(
      world.table.parallel([world.aStop, world.bStop, world.aStop], world.set()), rules: world.rules))
  #expect(flat.components.count == 3)
  flat.network.components[0].edges.withUnsafeBufferPointer { first in
    flat.network.components[2].edges.withUnsafeBufferPointer { third in
      #expect(first.baseAddress == third.baseAddress)
    }
  }
}

@Test func `hiding and renaming above a parallel form are in the results of its rules`() throws {
  let world = World()
  let rename = world.table.renaming([(world.b, world.c)])
  let term = world.table.rename(
    world.table.hide(world.table.parallel([world.aStop, world.bStop], world.set()), world.set(world.a)), rename)
  let flat = try #require(try flatten(term, rules: world.rules))
  #expect(
    flat.network.rules == [
      Network.Rule(premises: [.init(component: 0, label: world.a.id)], result: Event.tau.id),
      Network.Rule(premises: [.init(component: 1, label: world.b.id)], result: world.c.id),
    ])
}

@Test func `rules that can never fire are left out`() throws {
  let world = World()
  // Only a is offered by both; b and c wait for ever.
  let left = world.menu((world.a, world.stop), (world.b, world.stop)), right = world.menu((world.a, world.cStop))
  let set = world.set(world.a, world.b, world.c)
  let flat = try #require(try flatten(world.table.parallel([left, right], set), rules: world.rules))
  let a = world.a.id
  #expect(
    flat.network.rules == [
      Network.Rule(premises: [.init(component: 0, label: a), .init(component: 1, label: a)], result: a)
    ])
}

@Test func `a form that can terminate has a component for it, and one that cannot has none`() throws {
  let world = World()
  let none = world.set()
  let ends = world.table.parallel([world.skip, world.table.prefix(world.a, world.skip)], none)
  let never = world.table.parallel([world.skip, world.aStop], none)
  let flat = try #require(try flatten(world.table.parallel([ends, never], none), rules: world.rules))
  let kinds = flat.components.map { component in
    if case .termination(let form) = component { return form == ends }
    return false
  }
  #expect(kinds == [false, false, true, false, false])
}

@Test func `what is not static is one leaf`() throws {
  let world = World()
  let loop = world.table.sequence(world.table.parallel([world.skip, world.aStop], world.set()), world.skip)
  let flat = try #require(try flatten(loop, rules: world.rules))
  #expect(flat.components.count == 1)
  #expect(flat.process(at: [0]) == loop)
}

@Test func `a leaf without end is not flattened`() throws {
  let world = World()
  var p = world.stop
  p = world.define("P") { w in w.table.prefix(w.a, w.table.parallel([p, p], w.set())) }
  var limits = FlatteningLimits()
  limits.leafStates = 100
  limits.rules = 500
  #expect(try flatten(world.table.parallel([p, world.aStop], world.set()), rules: world.rules, limits: limits) == nil)
}

@Test func `too many rules are not made`() throws {
  let world = World()
  // Each of 12 operands can do the synchronised c in two ways: 4,096 rules.
  let both = world.table.renaming([(world.a, world.c), (world.b, world.c)])
  let two = world.table.rename(world.menu((world.a, world.stop), (world.b, world.stop)), both)
  let term = world.table.parallel(Array(repeating: two, count: 12), world.set(world.c))
  var limits = FlatteningLimits()
  #expect(try flatten(term, rules: world.rules, limits: limits)?.network.rules.count == 4_096)
  limits.rules = 4_000
  #expect(try flatten(term, rules: world.rules, limits: limits) == nil)
}

@Test func `an error that only a leaf alone can reach does not spoil the whole`() throws {
  let world = World()
  // Alone, P can do b and then has no first step; the other side never lets it.
  var bad = world.stop
  bad = world.define("BAD") { w in w.table.hide(bad, w.set()) }
  let p = world.menu((world.a, world.stop), (world.b, bad))
  let term = world.table.parallel([p, world.aStop], world.set(world.a, world.b))
  #expect(try flatten(term, rules: world.rules) == nil)
  #expect(throws: UnguardedRecursion.self) { try world.rules.transitions(of: p) }
}

@Test func `a checkpoint ends the exploration of leaves`() throws {
  struct Stopped: Error {}
  let world = World()
  var limits = FlatteningLimits()
  limits.checkpoint = { throw Stopped() }
  #expect(throws: Stopped.self) { try flatten(world.aStop, rules: world.rules, limits: limits) }
}

@Test func `static operators deeper than the limit are not flattened`() throws {
  let world = World()
  var p = world.aStop
  for _ in 0..<1_500 { p = world.table.hide(p, world.set()) }
  #expect(try flatten(p, rules: world.rules) == nil)
}

@Test func `a leaf without end in a small whole costs little`() throws {
  let world = World()
  var evaluated = 0
  func count(_ n: Int) -> Process {
    world.define("COUNT(\(n))") { w in
      evaluated += 1
      return w.table.prefix(w.a, count(n + 1))
    }
  }
  let whole = world.table.parallel([count(0), world.table.prefix(world.a, world.aStop)], world.set(world.a))
  #expect(try flatten(whole, rules: world.rules) == nil)
  #expect(evaluated < 3_000)
}

@Test func `a large leaf in a large whole is flattened`() throws {
  let world = World()
  func count(_ n: Int, _ event: Event) -> Process {
    world.define("COUNT(\(n))") { w in n == 0 ? w.stop : w.table.prefix(event, count(n - 1, event)) }
  }
  let whole = world.table.parallel([count(3_000, world.a), count(20, world.b)], world.set())
  let flat = try #require(try flatten(whole, rules: world.rules))
  #expect(flat.network.components.map(\.stateCount) == [3_001, 21])
}
