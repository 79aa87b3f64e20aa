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
}
