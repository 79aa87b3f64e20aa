/// A bijection on k-bit words that spreads every bit over the whole word.
///
/// Xor-shift by at least half the width is its own inverse, and odd multipliers are invertible modulo 2ᵏ.
struct KeyMixer: Hashable {
  /// In bits, 8 to 64.
  let width: Int
  private let mask: UInt64, shift: UInt64

  private static let factor1: UInt64 = 0x9E37_79B9_7F4A_7C15, factor2: UInt64 = 0xD6E8_FEB8_6659_FD93
  private static let inverse1 = inverse(of: factor1), inverse2 = inverse(of: factor2)

  init(width: Int) {
    self.width = width
    mask = width == 64 ? ~0 : (1 << UInt64(width)) - 1
    shift = UInt64((width + 1) / 2)
  }

  @inline(__always) func mix(_ key: UInt64) -> UInt64 {
    var x = key
    x ^= x &>> shift
    x = (x &* Self.factor1) & mask
    x ^= x &>> shift
    x = (x &* Self.factor2) & mask
    return x ^ (x &>> shift)
  }

  @inline(__always) func unmix(_ mixed: UInt64) -> UInt64 {
    var x = mixed
    x ^= x &>> shift
    x = (x &* Self.inverse2) & mask
    x ^= x &>> shift
    x = (x &* Self.inverse1) & mask
    return x ^ (x &>> shift)
  }

  /// Of an odd number modulo 2⁶⁴, by Newton's iteration: each round doubles the number of right bits, 3 at first.
  private static func inverse(of a: UInt64) -> UInt64 {
    var x = a
    for _ in 0..<5 { x = x &* (2 &- a &* x) }
    return x
  }
}
