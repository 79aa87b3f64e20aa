// A dump for programs. The keys are part of the interface: new ones may be added.

import CSPScheduling

extension Dump {
  /// The dump as one JSON object: `scopes`, `tasks`, `channels` and `stuck` are arrays that refer to each other by index.
  ///
  /// Durations are in milliseconds. Keys without a value are left out.
  ///
  /// - Complexity: linear in the tasks, scopes and channels.
  public var json: String {
    var json = JSONText()
    json.object { json in
      json.add("parking", parking.description)
      json.add("workers", workerCount)
      json.array("scopes", scopes) { json, scope in json.write(scope) }
      json.array("tasks", tasks) { json, task in json.write(task) }
      json.array("channels", channels) { json, channel in json.write(channel) }
      json.array("stuck", stuck) { json, stuck in json.write(stuck) }
    }
    return json.text + "\n"
  }
}

/// JSON, written from left to right.
struct JSONText {
  private(set) var text = ""
  private var needsComma = false

  private mutating func key(_ key: String) {
    if needsComma { text += "," }
    needsComma = true
    text += "\"" + key + "\":"
  }

  mutating func object(_ members: (inout JSONText) -> Void) {
    text += "{"
    needsComma = false
    members(&self)
    text += "}"
    needsComma = true
  }

  mutating func object(_ name: String, _ members: (inout JSONText) -> Void) {
    key(name)
    object(members)
  }

  mutating func array<Element>(
    _ name: String, _ elements: some Sequence<Element>, _ write: (inout JSONText, Element) -> Void
  ) {
    key(name)
    text += "["
    var isFirst = true
    for element in elements {
      if !isFirst { text += "," }
      isFirst = false
      object { write(&$0, element) }
    }
    text += "]"
    needsComma = true
  }

  mutating func add(_ name: String, _ numbers: [Int]) {
    key(name)
    text += "[" + numbers.map(String.init).joined(separator: ",") + "]"
  }

  mutating func add(_ name: String, _ value: Int?) {
    guard let value else { return }
    key(name)
    text += String(value)
  }

  mutating func add(_ name: String, _ value: Bool) {
    key(name)
    text += value ? "true" : "false"
  }

  mutating func add(_ name: String, _ value: Duration?) {
    guard let value else { return }
    key(name)
    let (seconds, attoseconds) = value.components
    text += String(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }

  mutating func add(_ name: String, _ value: String?) {
    guard let value else { return }
    key(name)
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  mutating func write(_ scope: InspectedScope) {
    add("kind", scope.kind.rawValue)
    add("name", scope.name)
    add("place", scope.place?.description)
    add("opener", scope.opener)
    add("tasks", scope.tasks)
    add("limit", scope.limit)
    add("cancelled", scope.isCancelled)
    add("closed", scope.isClosed)
    add("millisecondsLeft", scope.timeLeft)
  }

  mutating func write(_ stuck: Stuck) {
    switch stuck.cause {
    case .cycle: add("cause", "cycle")
    case .knot: add("cause", "knot")
    case .nursery(let scope):
      add("cause", "nursery")
      add("scope", scope)
    }
    add("tasks", stuck.tasks)
    add("certain", stuck.isCertain)
  }

  mutating func write(_ task: InspectedTask) {
    add("name", task.name)
    add("origin", "\(task.origin)")
    add("place", task.place?.description)
    add("scope", task.scope)
    switch task.activity {
    case .running(let worker):
      add("activity", "running")
      add("worker", worker)
    case .runnable: add("activity", "runnable")
    case .inLine: add("activity", "inLine")
    case .elsewhere: add("activity", "elsewhere")
    case .insideScope(let scope):
      add("activity", "insideScope")
      add("inside", scope)
    case .waiting(let wait):
      add("activity", wait.isSleep ? "sleeping" : "waiting")
      object("wait") { json in
        json.add("place", wait.place?.description)
        json.add("milliseconds", wait.duration)
        json.add("select", wait.isSelect)
        json.array("cases", wait.cases) { json, item in
          json.add("operation", item.operation.rawValue)
          if let resource = item.resource { json.write(resource) }
          json.add("awaited", item.awaited)
          json.add("permits", item.permits)
          json.add("millisecondsLeft", item.timeLeft)
        }
      }
    }
  }

  mutating func write(_ resource: Resource) {
    add("resource", resource.kind.rawValue)
    add("name", resource.name)
    add("made", resource.place?.description)
    add("identifier", Int(bitPattern: resource.identifier))
  }

  mutating func write(_ channel: InspectedChannel) {
    write(channel.resource)
    add("count", channel.count)
    add("capacity", channel.capacity)
    add("closed", channel.isClosed)
    add("halved", channel.isHalved)
    add("sent", channel.sent)
    add("dropped", channel.dropped)
    add("senders", channel.senders)
    add("receivers", channel.receivers)
    guard channel.resource.kind == .semaphore else { return }
    array("holders", channel.holders) { json, holder in
      json.add("task", holder.task)
      json.add("permits", holder.permits)
      json.add("place", holder.place?.description)
      json.add("milliseconds", holder.duration)
    }
  }
}
