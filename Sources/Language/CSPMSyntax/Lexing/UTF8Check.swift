/// Where a text stops being UTF-8 (Unicode 15, table 3-7): the offset of the first byte of each malformed piece.
///
/// Empty for nearly every file, which costs one pass over the bytes.
/// - Complexity: O(n).
func malformedOffsets(in bytes: [UInt8]) -> [Int32] {
  var malformed: [Int32] = []
  var offset = 0
  while offset < bytes.count {
    let byte = bytes[offset]
    if byte < 0x80 {
      offset += 1
      continue
    }
    let length = sequenceLength(bytes, offset)
    if length == 0 {
      malformed.append(Int32(offset))
      offset += 1
    } else {
      offset += length
    }
  }
  return malformed
}

/// How many bytes the well-formed sequence at `offset` has; zero if there is none.
private func sequenceLength(_ bytes: [UInt8], _ offset: Int) -> Int {
  func second(_ range: ClosedRange<UInt8>) -> Bool { offset + 1 < bytes.count && range ~= bytes[offset + 1] }
  func tail(_ count: Int) -> Bool {
    guard offset + count < bytes.count else { return false }
    for index in 1...count where bytes[offset + index] & 0xC0 != 0x80 { return false }
    return true
  }
  return switch bytes[offset] {
  case 0xC2...0xDF: tail(1) ? 2 : 0
  case 0xE0: second(0xA0...0xBF) && tail(2) ? 3 : 0
  case 0xED: second(0x80...0x9F) && tail(2) ? 3 : 0
  case 0xE1...0xEF: tail(2) ? 3 : 0
  case 0xF0: second(0x90...0xBF) && tail(3) ? 4 : 0
  case 0xF1...0xF3: tail(3) ? 4 : 0
  case 0xF4: second(0x80...0x8F) && tail(3) ? 4 : 0
  default: 0
  }
}
