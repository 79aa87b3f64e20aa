/// An interned finite set of events; equal handles mean equal sets.
public struct EventSet: Hashable, Sendable {
  public let id: Int32
  public init(id: Int32) { self.id = id }
}

/// An interned relation on events, as used by `P[[a <- b]]`; equal handles mean equal relations.
public struct Renaming: Hashable, Sendable {
  public let id: Int32
  public init(id: Int32) { self.id = id }
}

/// Interned pairs of events that linked parallel ties together; equal handles mean equal pairs.
public struct Linkage: Hashable, Sendable {
  public let id: Int32
  public init(id: Int32) { self.id = id }
}

/// An interned priority order for `prioritise` and `prioritisepo`; equal handles mean equal orders.
public struct Priority: Hashable, Sendable {
  public let id: Int32
  public init(id: Int32) { self.id = id }
}

/// What an `EventSet` holds.
public struct EventSetContents: Hashable, Sendable {
  /// Ascending, without duplicates, events of Σ alone.
  public let events: [Event]
  /// Bit `e.id % 64` of word `e.id / 64`.
  let words: [UInt64]

  init(sorted events: [Event]) {
    self.events = events
    var words = [UInt64](repeating: 0, count: events.last.map { Int($0.id) / 64 + 1 } ?? 0)
    for e in events { words[Int(e.id) >> 6] |= 1 << UInt64(e.id & 63) }
    self.words = words
  }

  /// Constant time.
  public func contains(_ event: Event) -> Bool {
    let word = Int(event.id) >> 6
    return word < words.count && words[word] & (1 << UInt64(event.id & 63)) != 0
  }
}

/// The bits of all interned sets in one array, for a test that touches no reference count.
struct EventSetMembers {
  private var words: [UInt64] = []
  private var starts: [Int32] = [0]

  var count: Int { starts.count - 1 }

  mutating func append(_ set: EventSetContents) {
    words.append(contentsOf: set.words)
    starts.append(Int32(words.count))
  }

  func contains(_ set: EventSet, _ event: Event) -> Bool {
    let word = starts[Int(set.id)] + event.id >> 6
    return word < starts[Int(set.id) + 1] && words[Int(word)] & (1 << UInt64(event.id & 63)) != 0
  }
}

/// What a `Renaming` holds: each mapped event with its images, ascending. Events that are not mapped keep their name.
public struct RenamingContents: Hashable, Sendable {
  public let images: [Event: [Event]]

  /// The events that `event` becomes; itself where the relation does not speak of it. τ and ✓ are never mapped.
  public func images(of event: Event) -> [Event] { images[event] ?? [event] }
}

/// What a `Linkage` holds: an event of the left process and the event of the right one that it is tied to.
public struct LinkageContents: Hashable, Sendable {
  /// Ascending by left, then by right event.
  public let pairs: [Link]

  public struct Link: Hashable, Sendable, Comparable {
    public let left: Event, right: Event
    public init(left: Event, right: Event) { self.left = left; self.right = right }
    public static func < (a: Link, b: Link) -> Bool { (a.left, a.right) < (b.left, b.right) }
  }

  public func rights(of left: Event) -> [Event] { pairs.filter { $0.left == left }.map(\.right) }
  public func isTiedOnLeft(_ event: Event) -> Bool { pairs.contains { $0.left == event } }
  public func isTiedOnRight(_ event: Event) -> Bool { pairs.contains { $0.right == event } }
}

/// What a `Priority` holds: for each event that can lose, the events that beat it, transitively closed.
///
/// τ and ✓ are always maximal; an event that stands in no set of the order neither blocks nor is blocked.
public struct PriorityContents: Hashable, Sendable {
  /// Loser → winners, ascending; τ and ✓ stand among the winners where they beat it.
  public let winners: [Event: [Event]]

  /// Whether `event` is suppressed when `offered` (ascending, τ and ✓ included) is what the process can do.
  public func suppresses(_ event: Event, among offered: [Event]) -> Bool {
    guard let winners = winners[event] else { return false }
    return winners.contains { w in offered.contains(w) }
  }
}
