// What it costs to have something done by another task, or by a given time.
import BenchmarkHarness
import CSP

/// A nursery for each child.
@Sendable func spawnAndJoin(_ count: Int) async throws {
  for _ in 0..<count { try await withNursery { _ = try $0.start {} } }
}

/// One nursery; each child is waited for by its handle.
@Sendable func spawnAndAwait(_ count: Int) async throws {
  try await withNursery { nursery in
    for _ in 0..<count { try await nursery.start {}.value }
  }
}

/// `count` children, 1,000 in a nursery.
@Sendable func spawnBatches(_ count: Int) async throws {
  for _ in 0..<(count / 1000) {
    try await withNursery { nursery in
      for _ in 0..<1000 { try nursery.start {} }
    }
  }
}

/// The same with children that compute.
@Sendable func spawnWorkers(_ count: Int) async throws {
  for _ in 0..<(count / 1000) {
    try await withNursery { nursery in
      for i in 0..<1000 { try nursery.start { keep(burn(i)) } }
    }
  }
}

/// A deadline that is far away when its body has ended.
@Sendable func armAndDisarm(_ count: Int) async throws {
  for _ in 0..<count { try await withDeadline(in: .seconds(3600)) {} }
}
