/// In which order the components of a network should lie in a packed state.
///
/// Components that act together know of each other: of the values of both together fewer occur than of each alone, and where
/// they are neighbours that is found (``StateCoder``). A script may well name all philosophers first and then all forks.
extension Network {
  /// More components than this are left as they are: the effort grows with their square.
  private static var mostComponents: Int { 256 }
  /// Rules of more premises say little about who knows whom.
  private static var mostPremises: Int { 4 }

  /// An order, as numbers of components, in which those that act together lie less than half as far from each other as they
  /// do; nil where there is none, or none is found.
  ///
  /// One is put after the other, each time who acts most with those that are there, and least with those that are not; among
  /// equals, who acts with the latest; among those, the first.
  ///
  /// - Complexity: quadratic in the components, linear in the premises of the rules.
  public func arrangement() -> [Int]? {
    let n = components.count
    if n < 3 || n > Self.mostComponents { return nil }
    // Component → component → how many rules both take part in.
    var common = [[Int]](repeating: Array(repeating: 0, count: n), count: n)
    for rule in rules where (2...Self.mostPremises).contains(rule.premises.count) {
      for one in rule.premises {
        for other in rule.premises where other.component != one.component {
          common[Int(one.component)][Int(other.component)] += 1
        }
      }
    }
    var order: [Int] = [], isPlaced = [Bool](repeating: false, count: n)
    // Component → rules with those that are placed less those with others, and when the latest partner was placed.
    var lead = common.map { -$0.reduce(0, +) }, latest = [Int](repeating: -1, count: n)
    while order.count < n {
      var next = -1
      for c in 0..<n where !isPlaced[c] {
        if next < 0 || (lead[c], latest[c]) > (lead[next], latest[next]) { next = c }
      }
      // It begins where the network does.
      if order.isEmpty { next = 0 }
      isPlaced[next] = true
      for c in 0..<n where common[c][next] > 0 {
        lead[c] += 2 * common[c][next]
        latest[c] = order.count
      }
      order.append(next)
    }
    return 2 * Self.length(of: order, common) < Self.length(of: Array(0..<n), common) ? order : nil
  }

  /// How far those that act together lie from each other, all in all.
  private static func length(of order: [Int], _ common: [[Int]]) -> Int {
    var length = 0
    for (i, one) in order.enumerated() {
      for (distance, other) in order[i...].enumerated() { length += common[one][other] * distance }
    }
    return length
  }

  /// The same network with its components in another order.
  public func arranged(by order: [Int]) -> Network {
    var places = order
    for (place, component) in order.enumerated() { places[component] = place }
    return Network(
      components: order.map { components[$0] },
      rules: rules.map { rule in
        Rule(
          premises: rule.premises.map { Premise(component: Int32(places[Int($0.component)]), label: $0.label) },
          result: rule.result)
      })
  }
}
