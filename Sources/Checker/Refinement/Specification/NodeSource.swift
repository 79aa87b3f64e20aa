/// What a specification allows after a trace, as a deterministic graph found on demand.
///
/// A node is what a trace leads to; nodes are numbered from 0, the initial one, as they are found.
protocol NodeSource: AnyObject {
  var nodeCount: Int { get }
  var bytes: Int { get }
  /// Whether everything is allowed from here on.
  func diverges(_ node: Int32) throws -> Bool
  /// Where `event` (not τ) leads; nil where it is not allowed.
  func next(_ node: Int32, _ event: Int32) throws -> Int32?
  /// Ascending.
  func events(_ node: Int32) throws -> [Int32]
  /// Whoever stands still must offer all of one of these. Each ascends, and the smallest come first.
  func acceptances(_ node: Int32) throws -> [[Int32]]
}
