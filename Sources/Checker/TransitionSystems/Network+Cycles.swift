/// Where a network can go round in a circle, judged by its components alone.
extension Network {
  /// The same components, and the rules whose event is `event`.
  public func steps(of event: Int32) -> Network {
    Network(components: components, rules: rules.filter { $0.result == event })
  }

  /// The part that can lie on a cycle of steps whose event is `event`: the rules, and of the components, whose states
  /// stay as they are, the edges. Whatever can lie on such a cycle is in it; what is in it need not.
  ///
  /// On a cycle of the whole every component comes back to where it was, so that each of its edges lies on a cycle of
  /// its own edges, of labels that rules with this event ask for. A rule that has none such for one of its premises
  /// fires on no cycle; without it there are fewer edges; and so on until nothing more goes.
  ///
  /// - Complexity: linear in the premises of the rules, and for each component in its states and edges times one more
  ///   than the labels that nobody asks for any more, mostly 0 or 1.
  public func cycles(of event: Int32) -> Network {
    var rest = steps(of: event)
    // Component → label → the rules that ask for it.
    var asking = [[Int32: Set<Int>]](repeating: [:], count: components.count)
    for (number, rule) in rest.rules.enumerated() {
      for premise in rule.premises { asking[Int(premise.component)][premise.label, default: []].insert(number) }
    }
    var isLeft = [Bool](repeating: true, count: rest.rules.count)
    var waiting = Array(components.indices), isWaiting = [Bool](repeating: true, count: components.count)
    while let c = waiting.popLast() {
      isWaiting[c] = false
      let labels = asking[c]
      rest.components[c] = rest.components[c].cycles { labels[$0] != nil }
      let offered = Set(rest.components[c].edges.lazy.map(\.label))
      for (label, numbers) in labels where !offered.contains(label) {
        for number in numbers where isLeft[number] {
          isLeft[number] = false
          for premise in rest.rules[number].premises {
            let other = Int(premise.component)
            asking[other][premise.label]?.remove(number)
            guard asking[other][premise.label]?.isEmpty == true else { continue }
            asking[other][premise.label] = nil
            if other == c || isWaiting[other] { continue }
            isWaiting[other] = true
            waiting.append(other)
          }
        }
      }
    }
    rest.rules = zip(rest.rules, isLeft).filter(\.1).map(\.0)
    return rest
  }
}

extension ExplicitSystem {
  /// The same states, and the edges that lie on cycles of edges with accepted labels.
  fileprivate func cycles(along accepts: (Int32) -> Bool) -> ExplicitSystem {
    let numbers = componentNumbers(along: accepts).numbers
    var starts: [Int32] = [0], left: [Edge] = []
    for state in 0..<stateCount {
      left += self[state].lazy.filter { accepts($0.label) && numbers[Int($0.target)] == numbers[state] }
      starts.append(Int32(left.count))
    }
    return ExplicitSystem(initial: initial, starts: starts, edges: left)
  }
}
