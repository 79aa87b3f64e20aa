import ProcessTerms

/// SplitMix64: the same terms for the same seed everywhere.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Random closed terms with every operator over the three events of a ``World``, recursive through two named processes.
///
/// Names stand behind prefixes and in other off operands, so that recursion is guarded; terms may still grow for ever.
struct RandomTerms {
  let world: World
  var random: SplitMix64
  private var names: [Process] = []
  private var table: ProcessTable { world.table }

  init(_ world: World, seed: UInt64) {
    self.world = world
    random = SplitMix64(seed: seed)
    names = (0..<2).map { i in world.define("X\(i)") { $0.stop } }
    for name in names {
      let body = sequential(2)
      world.redefine(name, as: body)
    }
  }

  /// A term with parallel forms, hiding and renaming on top, where flattening has its work.
  mutating func composed(_ depth: Int) -> Process {
    if depth == 0 { return sequential(2) }
    switch Int.random(in: 0..<12, using: &random) {
    case 0..<4: return table.parallel(several { $0.composed(depth - 1) }, set())
    case 4, 5:
      let list = several { $0.composed(depth - 1) }.map { (process: $0, alphabet: set()) }
      return table.alphabetised(Bool.random(using: &random) ? list : Array(list.prefix(1)))
    case 6: return table.linked(composed(depth - 1), linkage(), composed(depth - 1))
    case 7, 8: return table.hide(composed(depth - 1), set())
    case 9: return table.rename(composed(depth - 1), renaming())
    case 10: return table.project(composed(depth - 1), set())
    default: return sequential(2)
    }
  }

  /// Mostly the other operators.
  mutating func sequential(_ depth: Int) -> Process {
    if depth == 0 { return small() }
    switch Int.random(in: 0..<22, using: &random) {
    case 0..<4: return menu(depth)
    case 4, 5: return table.externalChoice(several { $0.sequential(depth - 1) })
    case 6, 7: return table.internalChoice(several { $0.off(depth - 1) })
    case 8: return table.sliding(sequential(depth - 1), off(depth - 1))
    case 9: return table.interrupt(sequential(depth - 1), sequential(depth - 1))
    case 10, 11: return table.sequence(sequential(depth - 1), off(depth - 1))
    case 12: return table.exception(sequential(depth - 1), set(), off(depth - 1))
    case 13: return table.synchronisingChoice(several { $0.sequential(depth - 1) }, set())
    case 14: return table.synchronisingInterrupt(sequential(depth - 1), set(), sequential(depth - 1))
    case 15: return table.prioritise(sequential(depth - 1), priority())
    case 16: return table.chase(sequential(depth - 1))
    case 17: return table.chaos(set())
    case 18: return table.run(set())
    case 19: return composed(1)
    default: return small()
    }
  }

  /// An operand that only starts later: where a name may stand.
  private mutating func off(_ depth: Int) -> Process {
    Int.random(in: 0..<3, using: &random) == 0 ? names.randomElement(using: &random)! : sequential(depth)
  }

  private mutating func menu(_ depth: Int) -> Process {
    var branches: [(Event, Process)] = []
    for _ in 0..<Int.random(in: 1...3, using: &random) { branches.append((event(), off(depth - 1))) }
    return table.prefix(branches)
  }

  private mutating func small() -> Process {
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1: table.stop
    case 2..<6: table.skip
    case 6: Int.random(in: 0..<8, using: &random) == 0 ? table.omega : table.div
    default: table.prefix(event(), names.randomElement(using: &random)!)
    }
  }

  private mutating func several(_ make: (inout RandomTerms) -> Process) -> [Process] {
    (0..<(Int.random(in: 0..<4, using: &random) == 0 ? 3 : 2)).map { _ in make(&self) }
  }

  private mutating func event() -> Event { [world.a, world.b, world.c].randomElement(using: &random)! }

  private mutating func set() -> EventSet {
    table.set([world.a, world.b, world.c].filter { _ in Bool.random(using: &random) })
  }

  private mutating func renaming() -> Renaming {
    table.renaming((0..<Int.random(in: 0...4, using: &random)).map { _ in (event(), event()) })
  }

  private mutating func linkage() -> Linkage {
    table.linkage(
      (0..<Int.random(in: 1...2, using: &random)).map { _ in LinkageContents.Link(left: event(), right: event()) })
  }

  private mutating func priority() -> Priority {
    let loser = event(), winner = event()
    return table.priority([loser: loser == winner ? [.tau, .tick] : [.tau, .tick, winner]])
  }
}
