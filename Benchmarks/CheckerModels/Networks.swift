/// Networks with sizes known in closed form: the yardsticks of the tests and of the benchmark.
public import TransitionSystems

extension Network {
  /// Dining philosophers, everyone right-handed: sits, picks up its own fork, then its neighbour's, eats, puts down the
  /// neighbour's, then its own, gets up, for ever. Picking up and putting down are shared with the forks.
  ///
  /// 6^N states for even N and 6^N − 2 for odd N. Event of philosopher i's step k: 2 + 7i + k.
  public static func philosophers(_ n: Int) -> Network {
    var components: [ExplicitSystem] = [], rules: [Rule] = []
    for i in 0..<n {
      components.append(.cycle(7))
      // A fork: 0 taken by its owner, 1 put down by it, 2 taken by the other, 3 put down by it.
      components.append(ExplicitSystem(successors: [[(0, 1), (2, 2)], [(1, 0)], [(3, 0)]].map(row)))
      let own = 2 * i + 1, other = 2 * ((i + 1) % n) + 1
      let partners: [(fork: Int, label: Int)?] = [nil, (own, 0), (other, 2), nil, (other, 3), (own, 1), nil]
      for (step, partner) in partners.enumerated() {
        var premises = [Premise(component: Int32(2 * i), label: Int32(step))]
        if let partner { premises.append(Premise(component: Int32(partner.fork), label: Int32(partner.label))) }
        rules.append(Rule(premises: premises, result: Int32(2 + 7 * i + step)))
      }
    }
    return Network(components: components, rules: rules)
  }

  /// Knights that swap sides: one component a square (0 empty, 1 white, 2 black), the gap in the middle, white before
  /// it. Any knight may move to the gap. On 3 × 7: 3,879,876 states, 11,824,384 transitions.
  public static func knights(_ width: Int, _ height: Int) -> Network {
    let count = width * height, gap = count / 2
    // Local labels: 0 white leaves, 1 black leaves, 2 white arrives, 3 black arrives.
    let moves = [[(2, 1), (3, 2)], [(0, 0)], [(1, 0)]].map(row)
    let components = (0..<count).map { square in
      ExplicitSystem(initial: square == gap ? 0 : square < gap ? 1 : 2, successors: moves)
    }
    var rules: [Rule] = []
    for from in 0..<count {
      for (dx, dy) in [(1, 2), (2, 1), (-1, 2), (-2, 1), (1, -2), (2, -1), (-1, -2), (-2, -1)] {
        let x = from % width + dx, y = from / width + dy
        guard x >= 0, x < width, y >= 0, y < height else { continue }
        for colour in 0..<2 {
          let premises = [
            Premise(component: Int32(from), label: Int32(colour)),
            Premise(component: Int32(y * width + x), label: Int32(2 + colour)),
          ]
          rules.append(Rule(premises: premises, result: Int32(2 + rules.count)))
        }
      }
    }
    return Network(components: components, rules: rules)
  }

  /// Peg solitaire on the English board of 33 holes, from the full board with its centre empty: one component a hole
  /// (0 peg, 1 empty), one rule a jump. 187,636,299 states, 1,487,175,000 transitions.
  public static func solitaire() -> Network {
    func isHole(_ x: Int, _ y: Int) -> Bool {
      (0..<7).contains(x) && (0..<7).contains(y) && ((2...4).contains(x) || (2...4).contains(y))
    }
    let places = (0..<49).filter { isHole($0 % 7, $0 / 7) }
    let number = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, Int32($0)) })
    // Local labels: 0 the peg goes, 1 a peg comes.
    let hole = [[(0, 1)], [(1, 0)]].map(row)
    let components = places.map { ExplicitSystem(initial: $0 == 24 ? 1 : 0, successors: hole) }
    var rules: [Rule] = []
    for place in places {
      for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)] where isHole(place % 7 + 2 * dx, place / 7 + 2 * dy) {
        let over = place + dx + 7 * dy, to = over + dx + 7 * dy
        let premises = [
          Premise(component: number[place]!, label: 0), Premise(component: number[over]!, label: 0),
          Premise(component: number[to]!, label: 1),
        ]
        rules.append(Rule(premises: premises, result: Int32(2 + rules.count)))
      }
    }
    return Network(components: components, rules: rules)
  }

  /// Stations that pass one token round and serve while they hold it: 0 idle, 1 wants, 2 holds, 3 holds and wants,
  /// 4 busy. N · 3 · 2^(N−1) states. Events of station i: 2 + 4i ready, + 1 serve, + 2 done, + 3 give.
  public static func tokenRing(_ n: Int) -> Network {
    let local = [[(0, 1), (4, 2)], [(4, 3)], [(0, 3), (3, 0)], [(1, 4)], [(2, 2)]].map(row)
    var rules: [Rule] = []
    for i in 0..<n {
      let station = Int32(i), next = Int32((i + 1) % n), event = Int32(2 + 4 * i)
      for label in 0..<3 as Range<Int32> {
        rules.append(Rule(premises: [Premise(component: station, label: label)], result: event + label))
      }
      rules.append(
        Rule(
          premises: [Premise(component: station, label: 3), Premise(component: next, label: 4)], result: event + 3))
    }
    return Network(
      components: (0..<n).map { ExplicitSystem(initial: $0 == 0 ? 2 : 0, successors: local) }, rules: rules)
  }
}

extension ExplicitSystem {
  /// 0, 1 … k − 1 and back to 0, under labels 0 … k − 1.
  static func cycle(_ k: Int) -> ExplicitSystem {
    ExplicitSystem(successors: (0..<k).map { row([($0, ($0 + 1) % k)]) })
  }
}

private func row(_ list: [(label: Int, target: Int)]) -> [ExplicitSystem.Edge] {
  list.map { ExplicitSystem.Edge(label: Int32($0.label), target: Int32($0.target)) }
}
