/// Every state that a network can reach, as one explicit system.
///
/// Invariants: I1 states are numbered breadth first, the initial state is 0; I2 labels are the results of the rules.
public struct ExploredNetwork: Sendable {
  public let system: ExplicitSystem
  private let layout: PackedLayout
  /// By state; narrow ones are widened, since a system that is to be compressed is not large.
  private let words: [UInt128]

  /// The states of the components in a state.
  public func components(at state: Int32) -> [Int32] { layout.unpack(words[Int(state)]) }

  /// How far an exploration may go.
  public struct Limits: Sendable {
    public var states: Int, transitions: Int
    /// Called now and then; what it throws ends the exploration.
    public var checkpoint: (@Sendable () throws -> Void)?

    public init(states: Int, transitions: Int, checkpoint: (@Sendable () throws -> Void)?) {
      (self.states, self.transitions, self.checkpoint) = (states, transitions, checkpoint)
    }
  }

  /// Nil beyond the limits, and where a state does not fit 128 bits.
  ///
  /// - Parameter mark: a state whose component satisfies this premise has a loop with its label, a negative one.
  /// - Throws: what the checkpoint of `limits` throws.
  public init?(exploring network: Network, marking mark: Network.Premise?, limits: Limits) throws {
    let layout = PackedLayout(network.components)
    let isMarked = { (states: [Int32]) -> Bool in
      guard let mark else { return false }
      return network.components[Int(mark.component)][Int(states[Int(mark.component)])].contains { $0.label == mark.label }
    }
    func explore<Word: PackedWord>(_ machine: PackedMachine<Word>) throws -> (ExplicitSystem, [UInt128])? {
      guard let (system, words) = try machine.explored(limits, loop: mark?.label, where: { isMarked(layout.unpack($0)) })
      else { return nil }
      return (system, words.map { UInt128($0) })
    }
    let found: (ExplicitSystem, [UInt128])?
    if let narrow = PackedMachine<UInt64>(network) {
      found = try explore(narrow)
    } else if let wide = PackedMachine<UInt128>(network) {
      found = try explore(wide)
    } else {
      found = nil
    }
    guard let (system, words) = found else { return nil }
    (self.system, self.layout, self.words) = (system, layout, words)
  }
}

extension PackedMachine {
  fileprivate func explored(
    _ limits: ExploredNetwork.Limits, loop: Int32?, where isMarked: (Word) -> Bool
  ) throws -> (ExplicitSystem, [Word])? {
    typealias Edge = ExplicitSystem.Edge
    var words = [initial], numbers = [initial: Int32(0)], outbox = Outbox<Word>()
    var starts: [Int32] = [0], edges: [Edge] = []
    while starts.count <= words.count {
      let state = starts.count - 1
      if state % 1024 == 0 { try limits.checkpoint?() }
      outbox.count = 0
      successors(of: words[state], into: &outbox)
      let start = edges.count
      if let loop, isMarked(words[state]) { edges.append(Edge(label: loop, target: Int32(state))) }
      for i in 0..<outbox.count {
        let word = outbox.words[i], next = Int32(words.count), number = numbers[word] ?? next
        if number == next {
          if words.count >= limits.states { return nil }
          numbers[word] = next
          words.append(word)
        }
        edges.append(Edge(label: outbox.events[i], target: number))
      }
      if edges.count > limits.transitions { return nil }
      edges[start...].sort()
      starts.append(Int32(edges.count))
    }
    return (ExplicitSystem(initial: 0, starts: starts, edges: edges), words)
  }
}
