// What the parser must not be given: it bounds what it nests, but not what it looks ahead at, and its stack ends.
//
// A pass over the bytes, before the parser. It knows nothing of strings and comments, so that what it counts is an
// upper bound; nobody writes what it objects to.
#if Lint
  enum NestingGuard {
    /// How deep `#if` may nest: the parser takes time that is quadratic in it.
    private static let deepestCondition = 100

    /// How many brackets of arrays may stand directly within each other: to tell a literal from a type, the parser
    /// looks ahead at each of them, and takes twice the time for each more.
    private static let deepestArray = 12

    /// Where brackets, arrows, patterns or conditions nest so deeply that the parser might run out of stack.
    ///
    /// Of `<` nobody can tell whether it is a bracket: what is open ends with the statement. Arrows and patterns that
    /// nest are counted by the line.
    static func deepPlace(in bytes: [UInt8], deepest: Int) -> Int? {
      var depth = 0, angles = 0, arrows = 0, patterns = 0, conditions = 0, arrays = 0
      return bytes.withUnsafeBufferPointer { buffer in
        func stands(_ word: StaticString, at offset: Int) -> Bool {
          guard offset + word.utf8CodeUnitCount <= buffer.count else { return false }
          for index in 0..<word.utf8CodeUnitCount where buffer[offset + index] != word.utf8Start[index] { return false }
          return true
        }
        for offset in 0..<buffer.count {
          switch buffer[offset] {
          case UInt8(ascii: "["): (depth, arrays) = (depth + 1, arrays + 1)
          case UInt8(ascii: "("): (depth, arrays) = (depth + 1, 0)
          case UInt8(ascii: ","), UInt8(ascii: "\""): arrays = 0
          case UInt8(ascii: ")"), UInt8(ascii: "]"): (depth, arrays) = (max(0, depth - 1), 0)
          case UInt8(ascii: "{"): (depth, angles, arrays) = (depth + 1, 0, 0)
          case UInt8(ascii: "}"): (depth, angles) = (max(0, depth - 1), 0)
          case UInt8(ascii: "<"): angles += 1
          case UInt8(ascii: ">"):
            angles = max(0, angles - 1)
            if offset > 0, buffer[offset - 1] == UInt8(ascii: "-") { arrows += 1 }
          case UInt8(ascii: ";"): angles = 0
          case UInt8(ascii: "\n"): (arrows, patterns) = (0, 0)
          case UInt8(ascii: "l") where stands("let ", at: offset), UInt8(ascii: "v") where stands("var ", at: offset):
            patterns += 1
          case UInt8(ascii: "#"):
            if stands("#if", at: offset) { conditions += 1 }
            if stands("#endif", at: offset) { conditions = max(0, conditions - 1) }
          default: continue
          }
          let isDeep = max(depth, angles, arrows, patterns) > deepest
          if isDeep || conditions > deepestCondition || arrays > deepestArray { return offset }
        }
        return nil
      }
    }
  }
#endif
