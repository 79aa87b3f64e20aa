// A table of a hundred routes that is read much: each hundredth operation writes.
import BenchmarkHarness
import CSP

private typealias Routes = [Int: Int]
private let routes = Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, $0) })

private func isWrite(_ index: Int) -> Bool { index % 100 == 99 }

@Sendable func readUnderLock(_ count: Int, _ tasks: Int) async throws {
  let table = Lock(routes)
  try await beside(tasks, count) {
    var sum = 0
    for index in 0..<$0 {
      if isWrite(index) {
        try await table.withLock { $0[7] = index }
      } else {
        sum &+= try await table.withLock { $0[index % 100] ?? 0 }
      }
    }
    keep(sum)
  }
}

@Sendable func readUnderReadWriteLock(_ count: Int, _ tasks: Int) async throws {
  let table = ReadWriteLock(routes)
  try await beside(tasks, count) {
    var sum = 0
    for index in 0..<$0 {
      if isWrite(index) {
        try await table.withWriteLock { $0[7] = index }
      } else {
        sum &+= try await table.withReadLock { $0[index % 100] ?? 0 }
      }
    }
    keep(sum)
  }
}

@Sendable func readThroughChannel(_ count: Int, _ tasks: Int) async throws {
  let slot = Channel<[Int: Int]>(.buffered(1))
  try await slot.send(routes)
  try await beside(tasks, count) {
    var sum = 0
    for index in 0..<$0 {
      var table = try await slot.receive()!
      if isWrite(index) { table[7] = index } else { sum &+= table[index % 100] ?? 0 }
      try await slot.send(table)
    }
    keep(sum)
  }
}

private actor Table {
  var routes: Routes
  init(_ routes: Routes) { self.routes = routes }
  func read(_ key: Int) -> Int { routes[key] ?? 0 }
  func write(_ value: Int) { routes[7] = value }
}

@Sendable func readInActor(_ count: Int, _ tasks: Int) async throws {
  let table = Table(routes)
  try await beside(tasks, count) {
    var sum = 0
    for index in 0..<$0 {
      if isWrite(index) { await table.write(index) } else { sum &+= await table.read(index % 100) }
    }
    keep(sum)
  }
}
