import CIntrinsics
import TransitionSystems

/// The tables that a ``VisitedSet`` chooses from: whole words, or mixed keys in 32- or 16-bit slots.
enum WordTable<Word: PackedWord> {
  case plain(PlainTable<Word>)
  case middle(CompactTable<UInt32>)
  case narrow(CompactTable<UInt16>)

  /// The smallest that takes `capacity` keys; `old` bytes are given back while it fills.
  init(keyBits: Int, capacity: Int, budget: Budget?, replacing old: Int = 0) throws(LimitReached) {
    let bits = Self.mixedBits(keyBits), slots = PlainTable<Word>.slots(capacity: capacity)
    let plain = PlainTable<Word>.bytes(slots: slots)
    var middle: CompactTable<UInt32>.Shape?, narrow: CompactTable<UInt16>.Shape?
    if bits <= CompactTable<UInt32>.widestKey {
      middle = CompactTable.Shape(keyBits: bits, capacity: capacity)
      narrow = CompactTable.Shape(keyBits: bits, capacity: capacity)
    }
    let least = min(plain, middle?.bytes ?? .max, narrow?.bytes ?? .max)
    try budget?.reserve(bytes: least - old)
    var table: WordTable?
    if let narrow, narrow.bytes == least {
      table = CompactTable(narrow).map { .narrow($0) }
    } else if let middle, middle.bytes == least {
      table = CompactTable(middle).map { .middle($0) }
    } else {
      table = PlainTable(slots: slots).map { .plain($0) }
    }
    guard let table else { throw .memory(Int(csp_resident_bytes()) + least) }
    self = table
  }

  /// The width at which keys of `keyBits` are mixed.
  static func mixedBits(_ keyBits: Int) -> Int { min(64, max(16, keyBits)) }

  func free() {
    switch self {
    case .plain(let t): t.free()
    case .middle(let t): t.free()
    case .narrow(let t): t.free()
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
