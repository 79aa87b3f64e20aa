// A digest of bytes that is the same in every process, for fingerprints and for the cache.
//
// SipHash-2-4 with a result of 128 bits (Aumasson, Bernstein, 2012), and a fixed key: digests tell contents apart, they
// keep nobody out. Whoever can choose a source's bytes can write a suppression as well.
#if Lint
  package struct Digest {
    private var v0: UInt64 = 0x736f_6d65_7073_6575, v1: UInt64 = 0x646f_7261_6e64_6f6d ^ 0xee
    private var v2: UInt64 = 0x6c79_6765_6e65_7261, v3: UInt64 = 0x7465_6462_7974_6573

    private mutating func round() {
      v0 &+= v1
      v1 = (v1 << 13 | v1 >> 51) ^ v0
      v0 = v0 << 32 | v0 >> 32
      v2 &+= v3
      v3 = (v3 << 16 | v3 >> 48) ^ v2
      v0 &+= v3
      v3 = (v3 << 21 | v3 >> 43) ^ v0
      v2 &+= v1
      v1 = (v1 << 17 | v1 >> 47) ^ v2
      v2 = v2 << 32 | v2 >> 32
    }

    private mutating func absorb(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }

    private mutating func finish(_ mark: UInt64) -> UInt64 {
      if mark == 0xee { v2 ^= mark } else { v1 ^= mark }
      for _ in 0..<4 { round() }
      return v0 ^ v1 ^ v2 ^ v3
    }

    /// 32 hexadecimal digits. Linear in the bytes.
    package static func hexadecimal(_ bytes: some Collection<UInt8>) -> String {
      let (high, low) =
        bytes.withContiguousStorageIfAvailable { words(of: UnsafeRawBufferPointer($0)) }
        ?? Array(bytes).withUnsafeBytes { words(of: $0) }
      return [high, low].map { word in
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
      }.joined()
    }

    package static func hexadecimal(_ text: String) -> String { hexadecimal(Array(text.utf8)) }

    private static func words(of bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
      var state = Digest()
      let whole = bytes.count & ~7
      for offset in stride(from: 0, to: whole, by: 8) {
        state.absorb(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
      }
      var last = UInt64(truncatingIfNeeded: bytes.count) << 56
      for (place, byte) in bytes[whole...].enumerated() { last |= UInt64(byte) << (8 * UInt64(place)) }
      state.absorb(last)
      return (state.finish(0xee), state.finish(0xdd))
    }
  }
#endif
