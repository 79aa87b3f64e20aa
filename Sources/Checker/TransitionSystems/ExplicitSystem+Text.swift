/// Text forms of a transition system.
extension ExplicitSystem {
  /// The Aldebaran format: `des (initial, edges, states)`, then `(from, "label", to)` a line.
  ///
  /// > Source: CADP manual page `aut`; quotation marks and backslashes in a label are escaped by a backslash.
  public func aut(label: (Int32) -> String) -> String {
    var text = "des (\(initial), \(edges.count), \(stateCount))\n"
    for state in 0..<stateCount {
      for edge in self[state] { text += "(\(state), \(quoted(label(edge.label))), \(edge.target))\n" }
    }
    return text
  }

  /// A directed graph in the language of Graphviz; an arrow from nowhere points at the initial state.
  public func dot(label: (Int32) -> String, state name: (Int32) -> String = { "\($0)" }) -> String {
    var text = "digraph {\n  start [shape=none, label=\"\"];\n  start -> \(initial);\n"
    for state in 0..<stateCount { text += "  \(state) [label=\(quoted(name(Int32(state))))];\n" }
    for state in 0..<stateCount {
      for edge in self[state] { text += "  \(state) -> \(edge.target) [label=\(quoted(label(edge.label)))];\n" }
    }
    return text + "}\n"
  }
}

private func quoted(_ text: String) -> String {
  var quoted = "\""
  for character in text.unicodeScalars {
    switch character {
    case "\"", "\\": quoted += "\\\(character)"
    case "\n": quoted += "\\n"
    default: quoted.unicodeScalars.append(character)
    }
  }
  return quoted + "\""
}
