import CIntrinsics
import TransitionSystems

/// The tables that a ``VisitedSet`` chooses from: whole words, or mixed keys in 32- or 16-bit slots.
enum WordTable<Word: PackedWord> {
  case plain(PlainTable<Word>)
  case middle(CompactTable<UInt32>)
  case narrow(CompactTable<UInt16>)

  /// The smallest that takes `capacity` keys; `old` bytes are given back while it fills.
  init(keyBits: Int, capacity: Int, budget: Budget?, replacing old: Int = 0) throws(LimitReached) {
    let bits = Self.mixedBits(keyBits)
    let least = Self.smallest(bits, capacity)
    try budget?.reserve(bytes: least.bytes - old)
    guard let table = WordTable(least, .hugePages) else {
      throw .memory(Int(csp_resident_bytes()) + least.bytes)
    }
    self = table
  }

  /// What to make of the tables.
  enum Shape {
    case plain(slots: Int)
    case middle(CompactTable<UInt32>.Shape)
    case narrow(CompactTable<UInt16>.Shape)

    var bytes: Int {
      switch self {
      case .plain(let slots): PlainTable<Word>.bytes(slots: slots)
      case .middle(let shape): shape.bytes
      case .narrow(let shape): shape.bytes
      }
    }
  }

  /// Nil when there is no memory for it.
  init?(_ shape: Shape, _ placement: Placement, _ store: SpillStore? = nil) {
    let table: WordTable? =
      switch shape {
      case .plain(let slots): PlainTable(slots: slots, placement, store).map { .plain($0) }
      case .middle(let shape): CompactTable(shape, placement, store).map { .middle($0) }
      case .narrow(let shape): CompactTable(shape, placement, store).map { .narrow($0) }
      }
    guard let table else { return nil }
    self = table
  }

  /// The smallest that takes `capacity` keys of `bits` mixed bits.
  static func smallest(_ bits: Int, _ capacity: Int) -> Shape {
    var least = Shape.plain(slots: PlainTable<Word>.slots(capacity: capacity))
    if bits <= CompactTable<UInt32>.widestKey {
      let middle = Shape.middle(CompactTable.Shape(keyBits: bits, capacity: capacity))
      let narrow = Shape.narrow(CompactTable.Shape(keyBits: bits, capacity: capacity))
      if middle.bytes <= least.bytes { least = middle }
      if narrow.bytes <= least.bytes { least = narrow }
    }
    return least
  }

  /// The width at which keys of `keyBits` are mixed.
  static func mixedBits(_ keyBits: Int) -> Int { min(64, max(16, keyBits)) }

  /// The bytes it lies in.
  var memory: TableMemory {
    get {
      switch self {
      case .plain(let t): t.memory
      case .middle(let t): t.memory
      case .narrow(let t): t.memory
      }
    }
    set {
      switch self {
      case .plain(var t):
        t.memory = newValue
        self = .plain(t)
      case .middle(var t):
        t.memory = newValue
        self = .middle(t)
      case .narrow(var t):
        t.memory = newValue
        self = .narrow(t)
      }
    }
  }

  func free() { memory.free() }

  /// The same table in a file, and this one freed; nil, and nothing done, when there is no room.
  func moved(to store: SpillStore) -> WordTable? {
    switch self {
    case .plain(let t): t.moved(to: store).map { .plain($0) }
    case .middle(let t): t.moved(to: store).map { .middle($0) }
    case .narrow(let t): t.moved(to: store).map { .narrow($0) }
    }
  }

  mutating func removeAll() {
    switch self {
    case .plain(var t):
      t.removeAll()
      self = .plain(t)
    case .middle(var t):
      t.removeAll()
      self = .middle(t)
    case .narrow(var t):
      t.removeAll()
      self = .narrow(t)
    }
  }

  var count: Int {
    switch self {
    case .plain(let t): t.count
    case .middle(let t): t.count
    case .narrow(let t): t.count
    }
  }

  var bytes: Int {
    switch self {
    case .plain(let t): t.bytes
    case .middle(let t): t.shape.bytes
    case .narrow(let t): t.shape.bytes
    }
  }

  /// How many keys it takes before it should be replaced.
  var capacity: Int {
    switch self {
    case .plain(let t): t.capacity
    case .middle(let t): t.shape.capacity
    case .narrow(let t): t.shape.capacity
    }
  }

  /// Calls `body` with every word, in no order. With `releasing`, the pages are given back on the way; then nothing but
  /// `free` may follow.
  @inline(__always)
  func forEach(_ mixer: KeyMixer, releasing: Bool, _ body: (Word) -> Void) {
    switch self {
    case .plain(let t): t.forEach(releasing: releasing, body)
    case .middle(let t): t.forEach(releasing: releasing) { body(Word(truncatingIfNeeded: mixer.unmix($0))) }
    case .narrow(let t): t.forEach(releasing: releasing) { body(Word(truncatingIfNeeded: mixer.unmix($0))) }
    }
  }
}
