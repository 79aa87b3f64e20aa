// A dump as a graph: who is in which scope, and who waits for what.

extension Dump {
  /// The dump as a graph in the language of Graphviz.
  ///
  /// Boxes are tasks, folders scopes, ellipses what is waited for. A solid edge means "waits for", or "is held by"; a
  /// dashed one "has". So tasks that wait for each other's permits are a circle of solid edges.
  ///
  /// - Complexity: linear in the tasks, scopes and channels.
  public var dot: String {
    var lines = ["digraph tasks {", "  rankdir=LR;"]
    for (index, scope) in scopes.enumerated() {
      lines.append("  s\(index) [shape=folder, label=\(quoted(String(words(scope).dropLast())))];")
    }
    var resources: Set<Resource> = []
    var shown: [Int: Int] = [:]
    for group in groups(of: tasks.indices) {
      for member in group { shown[member] = group[0] }
      let task = tasks[group[0]]
      let label = (group.count > 1 ? "\(group.count) × " : "") + words(task) + (task.place.map { "\n\($0)" } ?? "")
      lines.append("  t\(group[0]) [shape=box, label=\(quoted(label))];")
      if let scope = task.scope { lines.append("  s\(scope) -> t\(group[0]) [style=dashed];") }
      if case .insideScope(let scope) = task.activity { lines.append("  t\(group[0]) -> s\(scope);") }
      for item in task.wait?.cases ?? [] {
        guard let resource = item.resource else { continue }
        if let awaited = item.awaited {
          lines.append("  t\(group[0]) -> t\(awaited) [label=end];")
          continue
        }
        if resources.insert(resource).inserted {
          lines.append("  r\(resource.identifier) [label=\(quoted(words(resource)))];")
        }
        lines.append("  t\(group[0]) -> r\(resource.identifier) [label=\(item.operation.rawValue)];")
      }
    }
    for channel in channels where !channel.holders.isEmpty {
      if resources.insert(channel.resource).inserted {
        lines.append("  r\(channel.resource.identifier) [label=\(quoted(words(channel.resource)))];")
      }
      for holder in channel.holders {
        lines.append("  r\(channel.resource.identifier) -> t\(shown[holder.task] ?? holder.task) [label=\"held by\"];")
      }
    }
    return (lines + ["}"]).joined(separator: "\n") + "\n"
  }

  private func quoted(_ text: String) -> String {
    var quoted = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      default: quoted.unicodeScalars.append(character)
      }
    }
    return quoted + "\""
  }
}
