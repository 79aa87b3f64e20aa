import ProcessTerms

/// A specification as the search reads it: raw tables over a ``NodeSource``, filled where the search asks.
///
/// Invariants:
/// - I1: an entry of a table says what the source says, or that it has not been asked.
/// - I2: `tables` stays where it is; what it points at may move whenever the source is asked.
final class Specification {
  struct Tables {
    // SAFETY: owned by the specification, freed in its deinit; read for nodes that `learnNodes` has filled in.
    /// Node × `stride` + event → next node, `notAllowed` or `unknown`; for the first `denseNodes` nodes and the events
    /// below `stride` alone. τ leads to the node itself.
    var rows: UnsafeMutablePointer<Int32>
    var stride: Int, denseNodes: Int
    /// Node → whether it diverges.
    var diverges: UnsafeMutablePointer<Bool>
    /// Node → where its acceptances stand in `pool`, or `unknown`. There: how many; and for each its size and events.
    var acceptances: UnsafeMutablePointer<Int>
    var pool: UnsafeMutablePointer<Int32>

    /// The dense row of a node, empty where it has none. Good until the specification learns something.
    // SAFETY: a row of a node without one has no entries, so that nothing behind `rows` is read.
    @inline(__always) func row(_ node: Int) -> UnsafeBufferPointer<Int32> {
      UnsafeBufferPointer(start: rows + node &* stride, count: node < denseNodes ? stride : 0)
    }
  }

  static var notAllowed: Int32 { -1 }
  static var unknown: Int32 { -2 }

  let source: any NodeSource
  let model: SemanticModel
  /// Whoever stands still must offer every event of the node: the test of determinism in failures.
  let demandsEverything: Bool
  // SAFETY: owned, freed in deinit, and never moved (I2), so that a search may keep it as long as the specification.
  let tables: UnsafeMutablePointer<Tables>

  private var nodeRoom = 16, poolUsed = 0, poolRoom = 256
  /// Beyond the dense rows: (node, event) → next node + 1, 0 for `notAllowed`.
  private var others = WordMap<UInt64>()
  private static let largestRows = 1 << 24, largestStride = 1 << 14

  init(_ source: any NodeSource, _ model: SemanticModel, eventCount: Int, demandsEverything: Bool = false) throws {
    self.source = source
    self.model = model
    self.demandsEverything = demandsEverything
    let stride = max(4, min(eventCount, Self.largestStride))
    tables = .allocate(capacity: 1)
    tables.initialize(
      to: Tables(
        rows: Self.rows(nodeRoom, stride), stride: stride, denseNodes: nodeRoom,
        diverges: .allocate(capacity: nodeRoom), acceptances: .allocate(capacity: nodeRoom),
        pool: .allocate(capacity: poolRoom)))
    try learnNodes(from: 0)
  }

  deinit {
    tables.pointee.rows.deallocate()
    tables.pointee.diverges.deallocate()
    tables.pointee.acceptances.deallocate()
    tables.pointee.pool.deallocate()
    tables.deallocate()
  }

  private var learnedNodes = 0

  var nodeCount: Int { source.nodeCount }

  var bytes: Int {
    source.bytes + tables.pointee.denseNodes * tables.pointee.stride * 4 + nodeRoom * 9 + poolRoom * 4
      + others.bytes
  }

  /// The next node or `notAllowed`, where the rows do not say.
  func findNext(_ node: Int32, _ event: Int32) throws -> Int32 {
    let key = UInt64(UInt32(node)) << 32 | UInt64(UInt32(event))
    if let known = others[key] { return known - 1 }
    let next = try source.next(node, event) ?? Self.notAllowed
    try learnNodes(from: learnedNodes)
    if Int(event) >= tables.pointee.stride { widenRows(Int(event)) }
    if Int(event) < tables.pointee.stride, Int(node) < tables.pointee.denseNodes {
      tables.pointee.rows[Int(node) * tables.pointee.stride + Int(event)] = next
    } else {
      _ = others.number(of: key, orInsert: next + 1)
    }
    return next
  }

  /// What ``findNext`` has answered before, or `unknown`. Several threads may ask while nobody changes anything.
  func knownNext(_ node: Int32, _ event: Int32) -> Int32 {
    if Int(event) < tables.pointee.stride, Int(node) < tables.pointee.denseNodes {
      return tables.pointee.rows[Int(node) * tables.pointee.stride + Int(event)]
    }
    return others[UInt64(UInt32(node)) << 32 | UInt64(UInt32(event))].map { $0 - 1 } ?? Self.unknown
  }

  /// Where the acceptances of `node` stand, asked for the first time.
  func findAcceptances(_ node: Int32) throws -> Int {
    let sets = demandsEverything ? [try source.events(node)] : try source.acceptances(node)
    let need = sets.reduce(1) { $0 + 1 + $1.count }
    if poolUsed + need > poolRoom {
      tables.pointee.pool = Self.enlarged(tables.pointee.pool, poolUsed, (poolUsed + need) * 2)
      poolRoom = (poolUsed + need) * 2
    }
    let start = poolUsed
    for value in [Int32(sets.count)] + sets.flatMap({ [Int32($0.count)] + $0 }) {
      tables.pointee.pool[poolUsed] = value
      poolUsed += 1
    }
    tables.pointee.acceptances[Int(node)] = start
    return start
  }

  func allowed(at node: Int32) throws -> Allowed {
    let acceptances = model == .traces ? [] : try source.acceptances(node)
    return Allowed(
      events: try source.events(node).map { Event(id: $0) }, acceptances: acceptances.map { $0.map { Event(id: $0) } },
      diverges: model == .failuresDivergences ? try source.diverges(node) : false)
  }

  // MARK: Room

  private func learnNodes(from first: Int) throws {
    let count = nodeCount
    if count > nodeRoom {
      let room = count * 2
      tables.pointee.diverges = Self.enlarged(tables.pointee.diverges, first, room)
      tables.pointee.acceptances = Self.enlarged(tables.pointee.acceptances, first, room)
      nodeRoom = room
      makeRows(nodes: min(room, Self.largestRows / tables.pointee.stride), stride: tables.pointee.stride)
    }
    for node in first..<count {
      tables.pointee.diverges[node] = model == .failuresDivergences ? try source.diverges(Int32(node)) : false
      tables.pointee.acceptances[node] = Int(Self.unknown)
    }
    learnedNodes = count
  }

  /// The alphabet has grown since the search began.
  private func widenRows(_ event: Int) {
    if event >= Self.largestStride { return }
    let stride = min(event * 2, Self.largestStride)
    makeRows(nodes: max(1, min(nodeRoom, Self.largestRows / stride)), stride: stride)
  }

  /// Rows that say nothing but where τ leads.
  // SAFETY: initialised, and the caller's to free.
  private static func rows(_ nodes: Int, _ stride: Int) -> UnsafeMutablePointer<Int32> {
    let rows = UnsafeMutablePointer<Int32>.allocate(capacity: nodes * stride)
    rows.initialize(repeating: unknown, count: nodes * stride)
    for node in 0..<nodes { rows[node * stride + Int(EventID.tau)] = Int32(node) }
    return rows
  }

  private func makeRows(nodes: Int, stride: Int) {
    let old = tables.pointee
    if nodes <= old.denseNodes && stride <= old.stride { return }
    let rows = Self.rows(nodes, stride)
    for node in 0..<min(nodes, old.denseNodes) {
      (rows + node * stride).update(from: old.rows + node * old.stride, count: min(stride, old.stride))
    }
    old.rows.deallocate()
    (tables.pointee.rows, tables.pointee.stride, tables.pointee.denseNodes) = (rows, stride, nodes)
  }

  private static func enlarged<T>(
    _ old: UnsafeMutablePointer<T>, _ used: Int, _ room: Int
  ) -> UnsafeMutablePointer<T> {
    let new = UnsafeMutablePointer<T>.allocate(capacity: room)
    new.moveInitialize(from: old, count: used)
    old.deallocate()
    return new
  }
}
