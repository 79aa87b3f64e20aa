/// Networks out of components whose states are values and whose labels are names.
///
/// Invariant: a name has one number, as a label and as an event; numbers begin with 2, past τ and ✓.
import TransitionSystems

struct NetworkBuilder {
  private(set) var network = Network(components: [], rules: [])
  private var numbers: [String: Int32] = [:]

  /// A component of the states that `steps` leads to from `initial`; its number.
  mutating func component<State: Hashable>(
    _ initial: State, steps: (State) -> [(label: String, target: State)]
  ) -> Int32 {
    var states = [initial], places = [initial: Int32(0)], successors: [[ExplicitSystem.Edge]] = []
    while successors.count < states.count {
      successors.append(
        steps(states[successors.count]).map { label, target in
          if places[target] == nil {
            places[target] = Int32(states.count)
            states.append(target)
          }
          return ExplicitSystem.Edge(label: number(label), target: places[target]!)
        })
    }
    network.components.append(ExplicitSystem(successors: successors))
    return Int32(network.components.count - 1)
  }

  mutating func rule(_ event: String, _ premises: [(component: Int32, label: String)]) {
    let premises = premises.map { Network.Premise(component: $0.component, label: number($0.label)) }
    network.rules.append(Network.Rule(premises: premises, result: number(event)))
  }

  private mutating func number(_ name: String) -> Int32 {
    if let number = numbers[name] { return number }
    let number = Int32(numbers.count + 2)
    numbers[name] = number
    return number
  }
}
