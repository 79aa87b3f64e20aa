// What a task keeps while it waits: its exclusive accesses, its values, its name and priority, its stack of calls.
import CSP
import Foundation

extension Scenario {
  static let tasks: [Scenario] = [
    Scenario("tasks", "an exclusive access is held across a wait, whatever runs in between") { load in
      try await exclusivity(load.operations / 50)
    },
    Scenario("tasks", "task-local values, names and priorities survive a wait") { _ in try await identity() },
    Scenario("tasks", "async let and immediate tasks wait like others") { _ in try await structured() },
    Scenario("tasks", "an async let that is not awaited is cancelled at its scope's end, and did not happen") { _ in
      let channel = Channel<Int>(.rendezvous)
      func scope() async {
        async let value = channel.receive()
        while channel.statistics.waitingReceivers == 0 { await Task.yield() }
      }
      await scope()
      try expectEqual(channel.statistics.waitingReceivers, 0)
      try expectEqual(channel.trySend(1), .full(1))
    },
    Scenario("tasks", "a chain of 5,000 calls parks at every level") { _ in try await recursion(5_000) },
    Scenario("tasks", "an actor is re-entrant while its method waits, and isolated all the time") { load in
      try await reentrancy(load.operations / 10)
    },
    Scenario("tasks", "a task goes on where its executor is, wait after wait") { _ in
      for place in Place.allCases {
        let (there, back) = (Channel<Int>(.rendezvous), Channel<Int>(.buffered(1)))
        let echo = place.start {
          while let value = try await there.receive() {
            switch try await select(back.sending(value + 1), there.sending(0).when(false)) {
            case .first: break
            case .second: throw Failure("a disabled case was taken")
            }
          }
        }
        for value in 0..<200 {
          try await there.send(value)
          try expectEqual(try await back.receive(), value + 1, "\(place)")
        }
        there.close()
        try await echo.value
      }
    },
    Scenario("tasks", "tasks of every place meet on one channel") { load in try await meeting(load.operations / 10) },
    Scenario("tasks", "children of a task with an executor preference stay on its executor") { _ in
      try await preference(.preferred)
    },
    Scenario("tasks", "an executor that is serial and preferred at once is not held up") { _ in
      try await preference(.both)
    },
    Scenario("tasks", "a task that waits for another task, which waits for a channel, goes on") { _ in
      let channel = Channel<Int>(.rendezvous)
      var task = Task { try await channel.receive() ?? -1 }
      for _ in 0..<1000 { task = Task { [task] in try await task.value + 1 } }
      try await channel.send(1)
      try expectEqual(try await task.value, 1001)
    },
  ]
}

private final class Holder {
  var first = 0
  var second = 0
}

private func increment(_ number: inout Int, _ channel: Channel<Int>) async throws {
  number += 1
  _ = try await channel.receive()
  number += 1
}

private func increment(_ number: inout Int, selecting channel: Channel<Int>, _ other: Channel<Int>) async throws {
  number += 1
  _ = try await select(channel.receiving, other.receiving)
  number += 1
}

private func increment(
  _ first: inout Int, _ second: inout Int, _ channel: Channel<Int>, _ other: Channel<Int>
) async throws {
  try await increment(&first, channel)
  try await increment(&second, selecting: other, channel)
}

private func exclusivity(_ rounds: Int) async throws {
  let (channel, other) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  let workers = 20
  var jobs: [Job] = (0..<workers).map { index in
    {
      let holder = Holder()
      for _ in 0..<rounds {
        switch index % 3 {
        case 0: try await increment(&holder.first, channel)
        case 1: try await increment(&holder.first, selecting: channel, other)
        default: try await increment(&holder.first, &holder.second, channel, other)
        }
        // The access has ended: another one may begin.
        holder.first += 0
      }
      try expectEqual(holder.first, 2 * rounds)
      try expectEqual(holder.second, index % 3 == 2 ? 2 * rounds : 0)
    }
  }
  let receives = (0..<workers).reduce(0) { $0 + ($1 % 3 == 2 ? 2 : 1) } * rounds
  let left = Locked(receives)
  jobs += (0..<2).map { _ in
    {
      let holder = Holder()
      func send(_ number: inout Int) async throws {
        number += 1
        _ = try await select(channel.sending(number), other.sending(number))
      }
      while left.withLock({
        $0 -= 1; return $0 >= 0
      }) { try await send(&holder.first) }
    }
  }
  try await together(jobs)
}

private enum Local {
  @TaskLocal static var number = 0
}

private func identity() async throws {
  let (channel, other) = (Channel<Int>(.rendezvous), Channel<Int>(.rendezvous))
  var tasks: [Task<Void, any Error>] = []
  for index in 0..<100 {
    let priority: TaskPriority = [.low, .medium, .high][index % 3]
    tasks.append(
      Task(name: "worker \(index)", priority: priority) {
        try await Local.$number.withValue(index) {
          for round in 0..<20 {
            if round.isMultiple(of: 2) {
              _ = try await channel.receive()
            } else {
              _ = try await select(other.receiving, channel.receiving)
            }
            try expectEqual(Local.number, index)
            try await Local.$number.withValue(-index) {
              _ = try await channel.receive()
              try expectEqual(Local.number, -index)
            }
            try expectEqual(Task.name, "worker \(index)")
            try expect(Task.currentPriority >= priority, "\(Task.currentPriority) is below \(priority)")
          }
        }
      })
  }
  for value in 0..<100 * 40 { try await channel.send(value) }
  for task in tasks { try await task.value }
}

private func structured() async throws {
  let channel = Channel<Int>(.rendezvous)
  async let first = channel.receive()
  async let second = channel.receive()
  try await channel.send(20)
  try await channel.send(22)
  let (one, two) = (try await first, try await second)
  try expectEqual(one! + two!, 42)

  guard #available(macOS 26, *) else { return }
  let steps = Locked<[String]>([])
  let immediate = Task.immediate {
    steps.withLock { $0.append("begun") }
    let value = try await channel.receive()
    steps.withLock { $0.append("received \(value ?? -1)") }
    return value
  }
  steps.withLock { $0.append("started") }
  try await channel.send(7)
  try expectEqual(try await immediate.value, 7)
  try expectEqual(steps.current, ["begun", "started", "received 7"])

  // An immediate task that finds a value never suspends.
  let ready = Channel<Int>(.buffered(1))
  try await ready.send(3)
  let found = Locked<Int?>(nil)
  let quick = Task.immediate {
    let value = try await ready.receive()
    found.withLock { $0 = value }
  }
  try expectEqual(found.current, 3)
  try await quick.value
}

private func descend(_ depth: Int, _ channel: Channel<Int>) async throws -> Int {
  if depth == 0 { return 0 }
  let before = try await channel.receive()!
  let below = try await descend(depth - 1, channel)
  let after = try await select(channel.receiving, after(.seconds(3600)))
  guard case .first(let value?) = after else { throw Failure("a timeout") }
  return below + before + value
}

private func recursion(_ depth: Int) async throws {
  let channel = Channel<Int>(.rendezvous)
  let sum = Task { try await descend(depth, channel) }
  for _ in 0..<2 * depth { try await channel.send(1) }
  try expectEqual(try await sum.value, 2 * depth)
}

private actor Counter {
  let channel: Channel<Int>
  private var inside = 0
  private(set) var waiting = 0
  private(set) var most = 0
  private(set) var total = 0

  init(_ channel: Channel<Int>) { self.channel = channel }

  func take() async throws {
    enter()
    waiting += 1
    most = max(most, waiting)
    leave()
    let value = try await channel.receive()
    enter()
    waiting -= 1
    total += value ?? 0
    leave()
  }

  /// Between these two nothing else of the actor may run.
  private func enter() {
    inside += 1
    if inside != 1 { total = .min }
  }
  private func leave() { inside -= 1 }
}

private func reentrancy(_ count: Int) async throws {
  let channel = Channel<Int>(.rendezvous)
  let counter = Counter(channel)
  let jobs = [Job](repeating: { try await counter.take() }, count: min(count, 500))
  let sender: Job = {
    try await eventually("all are inside") { channel.statistics.waitingReceivers == jobs.count }
    try await together([Job](repeating: { try await channel.send(1) }, count: jobs.count))
  }
  try await together(jobs + [sender])
  try expectEqual(await counter.most, jobs.count)
  try expectEqual(await counter.total, jobs.count)
}

private func meeting(_ count: Int) async throws {
  let channel = Channel<Int>(.rendezvous)
  let sum = Locked()
  let senders = Place.allCases.map { place in
    place.start { for value in 0..<count { try await channel.send(value) } }
  }
  let receivers = Place.allCases.map { place in
    place.start { while let value = try await channel.receive() { sum.add(value) } }
  }
  for sender in senders { try await sender.value }
  channel.close()
  for receiver in receivers { try await receiver.value }
  try expectEqual(sum.current, Place.allCases.count * count * (count - 1) / 2)
}

private func preference(_ role: EventLoop.Role) async throws {
  let loop = EventLoop(role)
  let channel = Channel<Int>(.rendezvous)
  try await together(
    { for value in 0..<400 { try await channel.send(value) } },
    {
      try await withTaskExecutorPreference(loop) {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<4 {
            group.addTask {
              for _ in 0..<100 {
                _ = try await channel.receive()
                try expect(loop.isCurrent, "the task went on outside of its executor")
              }
            }
          }
          try await group.waitForAll()
        }
      }
    })
}
