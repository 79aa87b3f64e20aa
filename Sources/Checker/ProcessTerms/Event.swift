/// An event as a dense number; its name is in the ``Alphabet``.
///
/// τ and ✓ are events like any other to the machinery, and are the two smallest, so that `isVisible` is one compare.
public struct Event: Hashable, Comparable, Sendable {
  public let id: Int32

  public init(id: Int32) { self.id = id }

  /// The internal step: nobody sees it and nobody can refuse it.
  public static let tau = Event(id: 0)
  /// Successful termination, written ✓.
  public static let tick = Event(id: 1)

  /// The smallest id of an event of Σ.
  public static let firstVisible: Int32 = 2

  /// Whether the event is one of Σ, that is neither τ nor ✓.
  public var isVisible: Bool { id >= Event.firstVisible }

  public static func < (a: Event, b: Event) -> Bool { a.id < b.id }
}

/// The events met so far, with their names.
public struct Alphabet: Sendable {
  /// Indexed by `Event.id`.
  public private(set) var names: [String] = ["τ", "✓"]

  public init() {}

  /// How many events there are, τ and ✓ included.
  public var count: Int { names.count }

  /// Adds an event of Σ. The caller keeps the names apart.
  public mutating func append(_ name: String) -> Event {
    names.append(name)
    return Event(id: Int32(names.count - 1))
  }

  public func name(_ event: Event) -> String { names[Int(event.id)] }
}
