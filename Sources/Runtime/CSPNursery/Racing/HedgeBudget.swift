// How many extra requests hedging may make: a share of all requests, kept for all callers together.
//
// I1. extras <= burst + share * requests, at every moment.
// I2. Counted in thousandths, so that the sum is exact however many requests there are.
import Synchronization

/// A limit on the extra requests that hedged calls make, as a share of all requests. Shared by all calls to one
/// service.
///
/// When everything is slow, everything is hedged, and hedging makes it slower still. The budget bounds the extra load
/// whatever happens: extra requests are never more than `burst + share × requests`. Each first request earns `share` of
/// an extra one, up to `burst` in hand; a budget begins with `burst` in hand.
///
/// > Cancellation: No operation waits.
///
/// > Source: Dean, Barroso, The Tail at Scale, CACM 56(2), 2013: hedging at the 95th percentile bounds the extra load
/// > at 5 %; gRFC A6, "Throttling Retry Attempts and Hedged RPCs", for tokens of which three decimals count.
public final class HedgeBudget: Sendable {
  private struct State {
    var requests = 0, extras = 0, refusals = 0
    /// In thousandths of an extra request.
    var inHand: Int
  }

  private let earning: Int
  private let most: Int
  private let state: Mutex<State>

  /// - Parameters:
  ///   - share: Extra requests per request, from 0 to 1; three decimals count.
  ///   - burst: Extra requests that may be in hand, at least 1.
  public init(share: Double = 0.05, burst: Int = 10) {
    precondition(share >= 0 && share <= 1, "a hedge budget's share is from 0 to 1, not \(share)")
    precondition((1...1_000_000).contains(burst), "a hedge budget's burst is from 1 to 1000000, not \(burst)")
    earning = Int((share * 1_000).rounded())
    most = burst * 1_000
    state = Mutex(State(inHand: most))
  }

  /// Takes note of a first request, which earns a share of an extra one.
  ///
  /// - Complexity: constant.
  public func recordRequest() {
    state.withLock { state in
      state.requests += 1
      state.inHand = min(most, state.inHand + earning)
    }
  }

  /// Takes an extra request out of the budget, if there is one in hand.
  ///
  /// - Complexity: constant.
  public func takeExtra() -> Bool {
    state.withLock { state in
      guard state.inHand >= 1_000 else {
        state.refusals += 1
        return false
      }
      state.inHand -= 1_000
      state.extras += 1
      return true
    }
  }

  /// First requests so far.
  public var requests: Int { state.withLock { $0.requests } }
  /// Extra requests that were granted so far.
  public var extras: Int { state.withLock { $0.extras } }
  /// Extra requests that were refused so far.
  public var refusals: Int { state.withLock { $0.refusals } }
}
