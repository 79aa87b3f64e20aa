/// A parallel composition, flattened: explicit components, and rules that say which of their steps make one step of the
/// whole (a supercombinator with one format: Gibson-Robinson et al., *FDR3*, TACAS 2014, section 5).
///
/// Labels are numbers that the network does not interpret; by the convention of its callers 0 is τ and 1 is ✓ and
/// negative labels are premises without an event of their own, such as "is terminated".
public struct Network: Sendable {
  public var components: [ExplicitSystem]
  public var rules: [Rule]

  public init(components: [ExplicitSystem], rules: [Rule]) {
    self.components = components
    self.rules = rules
  }

  /// "Component i does a, component j does b … ⊢ the whole does `result`." Each component at most once.
  public struct Rule: Hashable, Sendable {
    public var premises: [Premise]
    public var result: Int32
    public init(premises: [Premise], result: Int32) {
      self.premises = premises
      self.result = result
    }
  }

  public struct Premise: Hashable, Sendable {
    public var component: Int32, label: Int32
    public init(component: Int32, label: Int32) {
      self.component = component
      self.label = label
    }
  }
}
