public import ProcessTerms
import TransitionSystems

/// How much `flatten` may spend before it gives up. Giving up is no failure: the process is then explored term by term.
public struct FlatteningLimits: Sendable {
  /// States of one leaf, and of all different leaves together.
  public var leafStates = 200_000, allLeafStates = 1_000_000
  /// Transitions of one leaf.
  public var leafTransitions = 4_000_000
  /// Rules, at every level of nesting.
  public var rules = 200_000
  /// Static operators below one another.
  public var nesting = 1_000
  /// Whether compressions are carried out: those that the process asks for, and strong bisimulation of every leaf. The
  /// network then behaves as the process does in all models, and no longer step for step.
  public var compresses = false
  /// States and transitions of what is explored to be compressed.
  public var compressedStates = 500_000, compressedTransitions = 5_000_000
  /// States of such a thing that is a leaf.
  public var compressedLeafStates = 200_000
  /// Called now and then while leaves are explored; what it throws ends `flatten`.
  public var checkpoint: (@Sendable () throws -> Void)?

  public init() {}

  public static let `default` = FlatteningLimits()

  /// A leaf with more states makes `flatten` look whether the whole is small.
  static let firstLeafStates = 2_000
  /// A whole with fewer states is as well explored term by term.
  static let smallWhole = 20_000
}

/// The network that behaves as `root` does, step for step unless `limits` let it compress; nil where the limits were reached, where a leaf cannot be
/// explored alone, and where a leaf is large and the whole is not.
///
/// From the root down, the parallel forms, hiding, projection and renaming become rules; whatever else stands below
/// them is a leaf and becomes an explicit component, and so does what is compressed. The rules are those of the operators, composed, so hiding and
/// renaming cost nothing when the network runs.
///
/// An error in the evaluation of a leaf gives nil too: alone, a leaf can get where the others never let it.
///
/// - Throws: what resolving `root` throws, and what the checkpoint of `limits` throws.
/// > Source: Roscoe, UCS chapter 9 (supercombinators); Gibson-Robinson et al., *FDR3*, TACAS 2014, section 5.
public func flatten(
  _ root: Process, rules: FiringRules, limits: FlatteningLimits = .default
) throws -> FlattenedProcess? {
  let root = try rules.table.resolve(root)
  var first = limits
  first.leafStates = min(limits.leafStates, FlatteningLimits.firstLeafStates)
  do {
    return try compose(root, rules, first)
  } catch LimitReached.leaf where first.leafStates < limits.leafStates {
    // A leaf may have no end. A small whole should not wait for the full limit.
    let whole = try Leaf(exploring: root, rules: rules, limits: limits, stateLimit: FlatteningLimits.smallWhole)
    if whole != nil { return nil }
    do { return try compose(root, rules, limits) } catch is LimitReached { return nil }
  } catch is LimitReached {
    return nil
  }
}

/// - Throws: ``LimitReached``, and what the checkpoint throws.
private func compose(_ root: Process, _ rules: FiringRules, _ limits: FlatteningLimits) throws -> FlattenedProcess {
  var composer = Composer(rules: rules, limits: limits)
  let part = try composer.part(root)
  return FlattenedProcess(
    table: rules.table, shape: part.shape, components: composer.components,
    network: Network(components: composer.systems, rules: Composer.distinct(part.moves)),
    compressions: composer.reports.filter { $0.process != nil || $0.statesAfter < $0.statesBefore })
}

enum LimitReached: Error {
  /// A leaf has too many states, or cannot be explored.
  case leaf
  /// Too many rules, or operators nested too deep.
  case size
}
