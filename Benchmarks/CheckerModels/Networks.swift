/// Networks with sizes known in closed form: the yardsticks of the tests and of the benchmark.
public import TransitionSystems

extension Network {
  /// Dining philosophers, everyone right-handed: sits, picks up its own fork, then its neighbour's, eats, puts down the
  /// neighbour's, then its own, gets up, for ever. Picking up and putting down are shared with the forks.
  ///
  /// 6^N states for even N and 6^N − 2 for odd N. Event of philosopher i's step k: 2 + 7i + k.
  public static func philosophers(_ n: Int) -> Network {
    table(n, [nil, .picksUpOwn, .picksUpOther, nil, .putsDownOther, .putsDownOwn, nil])
  }

  /// The same, with the events of which it is true become τ.
  public func hiding(_ isHidden: (Int32) -> Bool) -> Network {
    let hidden = rules.map { isHidden($0.result) ? Rule(premises: $0.premises, result: 0) : $0 }
    return Network(components: components, rules: hidden)
  }

  /// As ``philosophers(_:)`` with four steps: picks up its own fork, then its neighbour's, puts down its own, then its
  /// neighbour's.
  ///
  /// A fork and its two philosophers leave three cases a philosopher: 3^N states, less the one in which everybody holds
  /// the neighbour's fork alone.
  public static func hastyPhilosophers(_ n: Int) -> Network {
    table(n, [.picksUpOwn, .picksUpOther, .putsDownOwn, .putsDownOther])
  }

  /// The numbers are the local labels of the fork.
  private enum ForkStep: Int32 {
    case picksUpOwn, putsDownOwn, picksUpOther, putsDownOther
  }

  /// Everybody takes the same steps, those with a fork shared with that fork.
  private static func table(_ n: Int, _ steps: [ForkStep?]) -> Network {
    var components: [ExplicitSystem] = [], rules: [Rule] = []
    for i in 0..<n {
      components.append(.cycle(steps.count))
      // A fork: 0 on the table, 1 with its owner, 2 with the other.
      components.append(ExplicitSystem(successors: [[(0, 1), (2, 2)], [(1, 0)], [(3, 0)]].map(row)))
      for (step, forkStep) in steps.enumerated() {
        var premises = [Premise(component: Int32(2 * i), label: Int32(step))]
        if let forkStep {
          let isOwn = forkStep == .picksUpOwn || forkStep == .putsDownOwn
          premises.append(
            Premise(component: Int32(2 * (isOwn ? i : (i + 1) % n) + 1), label: forkStep.rawValue))
        }
        rules.append(Rule(premises: premises, result: Int32(2 + steps.count * i + step)))
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
    pegs(7, 7) { (2...4).contains($0) || (2...4).contains($1) }
  }

  /// The same on a board of this width and height, or on the holes of it that are there.
  public static func pegs(_ width: Int, _ height: Int, where isThere: (Int, Int) -> Bool = { _, _ in true }) -> Network
  {
    func isHole(_ x: Int, _ y: Int) -> Bool {
      (0..<width).contains(x) && (0..<height).contains(y) && isThere(x, y)
    }
    let places = (0..<width * height).filter { isHole($0 % width, $0 / width) }
    let number = Dictionary(uniqueKeysWithValues: places.enumerated().map { ($1, Int32($0)) })
    // Local labels: 0 the peg goes, 1 a peg comes.
    let hole = [[(0, 1)], [(1, 0)]].map(row)
    let components = places.map { ExplicitSystem(initial: $0 == width * height / 2 ? 1 : 0, successors: hole) }
    var rules: [Rule] = []
    for place in places {
      for (dx, dy) in [(1, 0), (-1, 0), (0, 1), (0, -1)]
      where isHole(place % width + 2 * dx, place / width + 2 * dy) {
        let over = place + dx + width * dy, to = over + dx + width * dy
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
  /// 4 busy. Events of station i: 2 + 4i ready, + 1 serve, + 2 done, + 3 give.
  ///
  /// N · 3 · 2^(N−1) states: who has the token, its three states, and whether each of the others wants. Half of the
  /// others can become ready; the holder has 4/3 steps on average: N · (3N + 5) · 2^(N−2) transitions.
  public static func tokenRing(_ n: Int) -> Network {
    let local = [[(0, 1), (4, 2)], [(4, 3)], [(0, 3), (3, 0)], [(1, 4)], [(2, 2)]].map(row)
    return ring(n, local, alone: 3, first: 2, others: 0)
  }

  /// Milner's scheduler: a ring of cells, each of which starts its task, lets the next cell go, and is ready again when
  /// its task has finished and it was let go, in either order. A cell: 0 may start, 1 started, 2 busy, 3 at rest,
  /// 4 busy and let go. Events of cell i: 2 + 3i start, + 1 finish, + 2 signal to the next.
  ///
  /// N · 3 · 2^(N−1) states: whose turn it is, which is in state 0, 1 or 4, and whether each of the others is busy.
  /// Half of the others can finish, and the one whose turn it is has one step: N · (N + 1) · 3 · 2^(N−2) transitions.
  ///
  /// > Source: Milner, *A Calculus of Communicating Systems*, 1980, chapter 3.
  public static func milnerScheduler(_ n: Int) -> Network {
    // Local labels: 0 start, 1 finish, 2 signal, 3 is let go.
    let local = [[(0, 1)], [(2, 2)], [(1, 3), (3, 4)], [(3, 0)], [(1, 0)]].map(row)
    return ring(n, local, alone: 2, first: 0, others: 3)
  }

  /// Equal components in a ring, the first of which begins in another state. Labels below `alone` are steps of one;
  /// `alone` of a component is at once `alone` + 1 of the next. Event of component i: 2 + (alone + 1) i + label.
  private static func ring(
    _ n: Int, _ local: [[ExplicitSystem.Edge]], alone: Int32, first: Int32, others: Int32
  ) -> Network {
    let rules = (0..<Int32(n)).flatMap { i in
      (0...alone).map { label in
        let own = Premise(component: i, label: label)
        let next = Premise(component: (i + 1) % Int32(n), label: alone + 1)
        return Rule(premises: label < alone ? [own] : [own, next], result: 2 + (alone + 1) * i + label)
      }
    }
    return Network(
      components: (0..<n).map { ExplicitSystem(initial: $0 == 0 ? first : others, successors: local) }, rules: rules)
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
