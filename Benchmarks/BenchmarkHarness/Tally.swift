import Synchronization

/// What many tasks count together.
public final class Tally: Sendable {
  private let count = Atomic(0)

  public init() {}

  // ORDERING: the value alone is of interest; nothing is published with it.
  public func add() { count.wrappingAdd(1, ordering: .relaxed) }

  public var value: Int { count.load(ordering: .relaxed) }
}
