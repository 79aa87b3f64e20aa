import TransitionSystems

/// The definition of a network, word for word.
struct NaiveNetwork {
  struct Move: Hashable { var event: Int32, target: [Int32] }
  let network: Network

  init(_ network: Network) { self.network = network }

  func moves(of state: [Int32]) -> Set<Move> {
    var moves: Set<Move> = []
    for rule in network.rules {
      var targets = [state]
      for premise in rule.premises {
        let c = Int(premise.component)
        let local = network.components[c][Int(state[c])].filter { $0.label == premise.label }
        targets = targets.flatMap { target in
          local.map { edge in
            var next = target
            next[c] = edge.target
            return next
          }
        }
      }
      for target in targets { moves.insert(Move(event: rule.result, target: target)) }
    }
    return moves
  }

  func reachable(limit: Int) -> [[Int32]] {
    var order = [network.components.map(\.initial)], seen = Set(order), at = 0
    while at < order.count, order.count < limit {
      for move in moves(of: order[at]).sorted(by: { "\($0)" < "\($1)" }) where seen.insert(move.target).inserted {
        order.append(move.target)
      }
      at += 1
    }
    return order
  }
}

/// Steele, Lea, Flood: *Fast splittable pseudorandom number generators*, OOPSLA 2014.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A few small nondeterministic components, and rules of any number of premises, also none, also coinciding ones.
func randomNetwork(_ random: inout SplitMix) -> Network {
  let components = (0..<Int.random(in: 1...4, using: &random)).map { _ in
    randomSystem(states: Int.random(in: 1...6, using: &random), labels: 3, &random)
  }
  let rules = (0..<Int.random(in: 0...8, using: &random)).map { _ in
    let count = Int.random(in: 0...components.count, using: &random)
    let chosen = components.indices.shuffled(using: &random).prefix(count)
    let premises = chosen.map {
      Network.Premise(component: Int32($0), label: Int32.random(in: 0..<4, using: &random))
    }
    return Network.Rule(premises: premises, result: Int32.random(in: 0...2, using: &random))
  }
  return Network(components: components, rules: rules)
}

func randomSystem(states: Int, labels: Int32, _ random: inout SplitMix) -> ExplicitSystem {
  ExplicitSystem(
    initial: Int32.random(in: 0..<Int32(states), using: &random),
    successors: (0..<states).map { _ in
      (0..<Int.random(in: 0...4, using: &random)).map { _ in
        let label = Int32.random(in: 0..<labels, using: &random)
        return ExplicitSystem.Edge(label: label, target: Int32.random(in: 0..<Int32(states), using: &random))
      }
    })
}
