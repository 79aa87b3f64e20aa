// A sum over the last while: what is added counts until a window's time has passed, to the precision of a slice.
//
// Time is cut into slices that lie on multiples of their length. The sum is that of the current slice and the slices
// before it that make up the window, so that a number counts for more than (slices − 1) and at most `slices` lengths.
//
// I1. `total` is the sum of `slices`; slots of slices that have left the window are zero.
// I2. Time does not run backwards here: an earlier `now` is taken for the latest one seen.
// Cost: constant for each addition, but for the slices that have passed since the last one, at most all.

/// > Source: the shape is that of Twitter's `WindowedAdder` (twitter/util), which Finagle's retry budget is built on.
struct SlidingSum: Sendable {
  private var slices: [Int]
  private let length: Int64
  private var current: Int64 = 0
  private var total = 0

  /// - Parameters:
  ///   - window: Nanoseconds, at least one a slice.
  ///   - slices: Into how many parts the window is cut.
  init(window: Int64, slices count: Int) {
    slices = [Int](repeating: 0, count: count)
    length = max(1, window / Int64(count))
  }

  mutating func add(_ amount: Int, at now: Int64) {
    moveOn(to: now)
    slices[Int(current % Int64(slices.count))] += amount
    total += amount
  }

  mutating func sum(at now: Int64) -> Int {
    moveOn(to: now)
    return total
  }

  private mutating func moveOn(to now: Int64) {
    let slice = now / length
    guard slice > current else { return }
    let passed = min(slice - current, Int64(slices.count))
    for i in 1...passed {
      let slot = Int((slice - passed + i) % Int64(slices.count))
      total -= slices[slot]
      slices[slot] = 0
    }
    current = slice
  }
}
