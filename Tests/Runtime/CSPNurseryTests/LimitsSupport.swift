// What the tests of limits and retries share.

struct Failed: Error, Equatable, CustomStringConvertible {
  let number: Int
  init(_ number: Int = 0) { self.number = number }
  var description: String { "failed \(number)" }
}

let millisecond: Int64 = 1_000_000
let second: Int64 = 1_000_000_000
let half: UInt64 = 1 << 63
