import CSPM
import ProcessTerms
import Refinement

/// A counterexample for people: what happened, who took part, what each offers at the end.
struct CounterexampleText {
  private let session: ScriptSession

  init(_ session: ScriptSession) { self.session = session }

  private func name(_ event: Event) -> String { session.table.alphabet.name(event) }
  /// A set of events; a large one by its first members, the whole being in the JSON form.
  private func names(_ events: [Event]) -> String {
    let shown = events.count > Self.mostNames + 1 ? events.prefix(Self.mostNames) : events[...]
    let rest = events.count - shown.count
    return "{" + shown.map(name).joined(separator: ", ") + (rest > 0 ? ", … \(rest) more" : "") + "}"
  }
  private func sequence(_ events: some Sequence<Event>) -> String {
    "⟨" + events.map(name).joined(separator: ", ") + "⟩"
  }

  /// One sentence.
  func summary(_ cex: ExplainedCounterexample) -> String {
    let found = cex.counterexample
    let trace = found.behaviour.trace
    let after = { (events: [Event]) in events.isEmpty ? "at the start" : "after \(sequence(events))" }
    switch found.kind {
    case .eventNotAllowed(let event):
      return "event \(name(event)) is not allowed \(after(trace.dropLast()))"
    case .refusalNotAllowed(let offered):
      return "\(after(trace)) it may offer just \(names(offered)) and refuse the rest, which is not allowed"
    case .divergence: return "\(after(trace)) it can go on for ever without a visible event (divergence)"
    case .deadlock: return "deadlock \(after(trace)): nothing can happen any more"
    case .nondeterminism(let event, _, let offered):
      return "\(after(trace.dropLast())) event \(name(event)) can happen, and can also be refused "
        + "while just \(names(offered)) is offered"
    case .traceImpossible(let next): return "\(after(trace)) event \(name(next)) is not possible"
    case .traceRefused(let next, let offered):
      return "\(after(trace)) event \(name(next)) can be refused while just \(names(offered)) is offered"
    }
  }

  /// The lines under a verdict, not indented.
  func lines(_ cex: ExplainedCounterexample, _ style: Style) -> [String] {
    let found = cex.counterexample
    var lines = [style.strong(summary(cex))]
    lines.append("trace: " + sequence(found.behaviour.trace))
    if let allowed = found.allowed {
      lines.append("the specification allows: " + names(allowed.events))
      if case .refusalNotAllowed = found.kind {
        let acceptances = allowed.acceptances.map(names).joined(separator: " or ")
        lines.append("and must be offered at least: " + (acceptances.isEmpty ? "nothing it can be stable in" : acceptances))
      }
    }
    lines += table(cex.steps, cex.components, loop: loopStart(cex), style)
    if let other = cex.other {
      lines.append("the other behaviour: " + sequence(other.steps.filter { $0 != .tau }))
      lines += table(other.steps, other.components, loop: nil, style)
    }
    return lines
  }

  private func loopStart(_ cex: ExplainedCounterexample) -> Int? {
    guard case .divergence(let stem, _) = cex.counterexample.kind else { return nil }
    return cex.counterexample.behaviour.steps.count + stem.count
  }

  /// One column a step and one row a component: its own event, `·` where it takes no part; then what it offers.
  private func table(
    _ steps: [Event], _ components: [ExplainedCounterexample.Component], loop: Int?, _ style: Style
  ) -> [String] {
    if components.count < 2 && !steps.contains(.tau) && loop == nil { return [] }
    var header = steps.map(name)
    if let loop, loop < header.count { header[loop] = "↻ " + header[loop] }
    let rows = components.map { $0.events.map { $0.map(name) ?? "·" } }
    let widths = header.indices.map { i in ([header[i]] + rows.map { $0[i] }).map(\.count).max() ?? 0 }
    let titleWidth = (["process"] + components.map(\.name)).map { min($0.count, Self.nameWidth) }.max() ?? 0
    let line = { (title: String, cells: [String], end: String) in
      var text = padded(title, titleWidth)
      for (cell, width) in zip(cells, widths) { text += "  " + padded(cell, width) }
      return text + end
    }
    if steps.count > Self.mostColumns { return long(steps, components, loop) }
    var lines = [style.faint(line("process", header, ""))]
    guard components.count > 1 else { return lines }
    for (component, row) in zip(components, rows) {
      lines.append(line(component.name, row, style.faint("  → " + ending(component))))
    }
    return lines
  }

  /// A long run as one line a step.
  private func long(
    _ steps: [Event], _ components: [ExplainedCounterexample.Component], _ loop: Int?
  ) -> [String] {
    var lines: [String] = []
    for (i, step) in steps.enumerated() {
      let who = components.compactMap { c in c.events[i].map { "\(c.name): \(name($0))" } }.joined(separator: ", ")
      lines.append("\(i == loop ? "↻ " : "")\(i + 1). \(name(step))" + (components.count > 1 ? "   \(who)" : ""))
    }
    if components.count > 1 { lines += components.map { "\($0.name) → \(ending($0))" } }
    return lines
  }

  private func ending(_ component: ExplainedCounterexample.Component) -> String {
    if component.isTerminated { return "terminated" }
    guard let offers = component.offers else { return "gone" }
    return offers.isEmpty ? "offers nothing" : "offers " + names(offers)
  }

  private static let nameWidth = 40, mostColumns = 12, mostNames = 16
}

/// Cut or filled with spaces to a width.
func padded(_ text: String, _ width: Int) -> String {
  let count = text.count
  if count > 40, count > width { return text.prefix(width - 1) + "…" }
  return count >= width ? text : text + String(repeating: " ", count: width - count)
}
