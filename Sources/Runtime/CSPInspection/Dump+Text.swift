// A dump for people: the tree of scopes and tasks, a line for each group of tasks, then the channels.

import CSPScheduling

extension Dump: CustomStringConvertible {
  public var description: String { text }

  /// The dump for people, and for `grep`: a line for each task, indented below its scope, then the channels in use.
  ///
  /// Tasks without a name that do the same at the same place are one line with their number.
  ///
  /// - Complexity: linear in the tasks, scopes and channels.
  public var text: String {
    var lines = [heading]
    // Not by recursion: nurseries may be nested deeper than a stack.
    var rest = groups(of: outsiders).reversed().map { Item(tasks: $0, depth: 0) }
    while let item = rest.popLast() {
      lines.append(line(item.tasks, indentedBy: 2 * item.depth))
      guard case .insideScope(let index) = tasks[item.tasks[0]].activity else { continue }
      lines.append(String(repeating: " ", count: 2 * item.depth + 2) + words(scopes[index]))
      rest += groups(of: scopes[index].tasks).reversed().map { Item(tasks: $0, depth: item.depth + 2) }
    }
    for stuck in stuck { lines += words(stuck) }
    let shown = channels.filter {
      $0.count > 0 || !$0.senders.isEmpty || !$0.receivers.isEmpty || !$0.holders.isEmpty
    }
    if !shown.isEmpty { lines.append("channels that hold values, or that somebody waits for:") }
    lines += shown.map { "  " + words($0) }
    return lines.joined(separator: "\n") + "\n"
  }

  private struct Item {
    var tasks: [Int]
    var depth: Int
  }

  private var heading: String {
    var counts = (waiting: 0, sleeping: 0, running: 0, runnable: 0, other: 0)
    for task in tasks {
      switch task.activity {
      case .running: counts.running += 1
      case .runnable: counts.runnable += 1
      case .waiting(let wait) where wait.isSleep: counts.sleeping += 1
      case .waiting: counts.waiting += 1
      case .insideScope, .inLine, .elsewhere: counts.other += 1
      }
    }
    return "\(counted(tasks.count, "task")): \(counts.running) running, \(counts.runnable) runnable, "
      + "\(counts.waiting) waiting, \(counts.sleeping) sleeping, \(counts.other) in scopes, in line or elsewhere; "
      + "\(counted(scopes.count, "scope")), \(counted(channels.count, "channel")); parking \(parking), "
      + counted(workerCount, "worker")
  }

  func line(_ group: [Int], indentedBy indentation: Int) -> String {
    let task = tasks[group[0]]
    let subject = group.count == 1 ? words(task) : "\(group.count) \(task.origin.words)s"
    let place = task.place.map { task.origin == .child ? " (\($0))" : "" } ?? ""
    return String(repeating: " ", count: indentation) + subject + place + ": " + doing(group)
  }

  /// A task's name, or what it is.
  func words(_ task: InspectedTask) -> String {
    task.name.map { "\(task.origin.words) \"\($0)\"" } ?? task.origin.words
  }

  /// A scope: what it is, its name, its place and its state.
  func words(_ scope: InspectedScope) -> String {
    var text = scope.kind.rawValue
    if let name = scope.name { text += " \"\(name)\"" }
    if let place = scope.place { text += " at \(place)" }
    var notes: [String] = []
    if let limit = scope.limit { notes.append("limit \(limit)") }
    if let left = scope.timeLeft {
      notes.append(left < .zero ? "deadline \(short(.zero - left)) ago" : "deadline in \(short(left))")
    }
    if scope.isCancelled { notes.append("cancelled") }
    if scope.isClosed { notes.append("closed") }
    return text + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))") + ":"
  }

  private func doing(_ group: [Int]) -> String {
    let isOne = group.count == 1
    switch tasks[group[0]].activity {
    case .running(let worker): return isOne ? "runs" + (worker.map { " on worker \($0)" } ?? "") : "run"
    case .runnable: return isOne ? "waits for a worker" : "wait for a worker"
    case .inLine: return isOne ? "waits in line for the limit" : "wait in line for the limit"
    case .insideScope: return "waits for what is in its scope"
    case .elsewhere: return isOne ? "is elsewhere: awaits something else, or runs" : "are elsewhere"
    case .waiting(let wait):
      let durations = group.compactMap { tasks[$0].wait?.duration }
      let (least, most) = (durations.min() ?? .zero, durations.max() ?? .zero)
      let time = short(least) == short(most) ? short(most) : "\(short(least)) to \(short(most))"
      return (isOne ? "waits " : "wait ") + words(wait.cases)
        + (wait.place.map { " at \($0)" } ?? "") + ", for " + time
    }
  }

  /// What a wait is for, after "waits".
  func words(_ cases: [InspectedWait.Case]) -> String { cases.map(words).joined(separator: ", or ") }

  private func words(_ item: InspectedWait.Case) -> String {
    let named = item.resource.map { words($0) } ?? ""
    switch item.operation {
    case .send: return "to send to \(named)"
    case .receive: return "to receive from \(named)"
    case .end: return "for \(named) to end"
    case .turn: return "for \(wanted(item))\(named)" + (item.channel.map { heldBy(channels[$0]) } ?? "")
    case .time: return item.timeLeft.map { "until \(short($0)) from now" } ?? "for \(named)"
    }
  }

  private func wanted(_ item: InspectedWait.Case) -> String {
    item.permits.map { $0 > 1 ? "\($0) permits of " : "" } ?? ""
  }

  /// Who holds permits of a semaphore, as the end of a sentence about it; nothing if nobody is known to.
  func heldBy(_ semaphore: InspectedChannel) -> String {
    guard !semaphore.holders.isEmpty else { return "" }
    let named = semaphore.holders.prefix(3).map { holder in
      words(tasks[holder.task]) + (holder.permits > 1 ? " (\(holder.permits) permits)" : "")
    }
    let more = semaphore.holders.count > 3 ? " and \(semaphore.holders.count - 3) more" : ""
    return ", held by " + named.joined(separator: ", ") + more
  }

  /// A resource: what it is, its name, or where it was made.
  func words(_ resource: Resource) -> String {
    if let name = resource.name { return "\(resource.kind.rawValue) \"\(name)\"" }
    return resource.kind.rawValue + (resource.place.map { " made at \($0)" } ?? "")
  }

  private func words(_ channel: InspectedChannel) -> String {
    var text = words(channel.resource)
    if channel.resource.kind == .channel {
      text += channel.capacity.map { ": \(channel.count) of \($0) buffered" } ?? ": \(channel.count) buffered"
      text += ", \(counted(channel.senders.count, "sender")) and \(counted(channel.receivers.count, "receiver")) waiting"
      text += ", \(channel.sent) sent"
      if channel.dropped > 0 { text += ", \(channel.dropped) dropped" }
      if channel.isClosed { text += ", closed" }
    } else {
      text += ": \(channel.receivers.count + channel.senders.count) waiting"
      if channel.resource.kind == .semaphore {
        text += ", \(channel.count) of \(counted(channel.capacity ?? 0, "permit")) free" + heldBy(channel)
      }
    }
    if channel.resource.name != nil, let place = channel.resource.place { text += "; made at \(place)" }
    return text
  }
}

extension InspectedTask.Origin {
  var words: String {
    switch self {
    case .child: "task"
    case .body: "body"
    case .other: "task of another origin"
    case .thread: "thread"
    }
  }
}

func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

/// A duration to two digits or so.
func short(_ duration: Duration) -> String {
  let (seconds, attoseconds) = duration.components
  let milliseconds = attoseconds / 1_000_000_000_000_000
  switch seconds {
  case 3600...: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  case 60...: return "\(seconds / 60) min \(seconds % 60) s"
  case 1...: return "\(seconds).\(milliseconds / 100) s"
  default: return milliseconds < 2 ? "less than 2 ms" : "\(milliseconds) ms"
  }
}
