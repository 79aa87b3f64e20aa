/// Random transition systems, of a fixed seed each: for tests small and odd, for measuring large.
public import TransitionSystems

/// > Source: Yi, *wyrand*, in the public-domain library wyhash.
public struct RandomBits: RandomNumberGenerator {
  private var state: UInt64
  public init(_ seed: UInt64) { state = seed }
  public mutating func next() -> UInt64 {
    state &+= 0xA076_1D64_78BD_642F
    let product = state.multipliedFullWidth(by: state ^ 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }
  /// Uniform in `0..<bound`, as far as 64 bits allow.
  public mutating func number(_ bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }
}

extension ExplicitSystem {
  /// Up to `states` states; τ, ✓, 2, 3 … up to `labels` labels; with τ-cycles, unreachable states, ✓ wherever it falls,
  /// and terminated states: those with the loop −1, most of which have nothing else.
  public static func odd(states: Int, labels: Int, _ random: inout RandomBits) -> ExplicitSystem {
    let count = 1 + random.number(states), density = 1 + random.number(4)
    return ExplicitSystem(
      initial: Int32(random.number(count)),
      successors: (0..<count).map { state in
        var edges: [Edge] = []
        if random.number(6) == 0 { edges.append(Edge(label: -1, target: Int32(state))) }
        if edges.isEmpty || random.number(4) == 0 {
          for _ in 0..<random.number(density + 1) {
            edges.append(Edge(label: Int32(random.number(labels)), target: Int32(random.number(count))))
          }
        }
        return edges
      })
  }

  /// `steps` from each state to random targets, with nine visible labels, or with τ at `tauPercent`. A τ stays within
  /// the `tauSpan` states around it, as the internal steps of one component do.
  ///
  /// With `copies`, so many copies of a smaller system, a step from each of them to a random one: strong bisimulation
  /// leaves the smaller system.
  public static func random(
    states: Int, steps: Int, tauPercent: Int, tauSpan: Int, copies: Int = 1, _ random: inout RandomBits
  ) -> ExplicitSystem {
    let count = states / copies
    var base: [Edge] = []
    base.reserveCapacity(count * steps)
    for state in 0..<count {
      for _ in 0..<steps {
        if random.number(100) < tauPercent {
          let first = state / tauSpan * tauSpan
          base.append(Edge(label: 0, target: Int32(first + random.number(min(tauSpan, count - first)))))
        } else {
          base.append(Edge(label: Int32(2 + random.number(9)), target: Int32(random.number(count))))
        }
      }
    }
    var successors: [[Edge]] = []
    successors.reserveCapacity(count * copies)
    for state in 0..<(count * copies) {
      successors.append([])
      for edge in base[(state % count * steps)..<(state % count * steps + steps)] {
        let target = Int(edge.target) + count * random.number(copies)
        successors[state].append(Edge(label: edge.label, target: Int32(target)))
      }
    }
    return ExplicitSystem(successors: successors)
  }
}
