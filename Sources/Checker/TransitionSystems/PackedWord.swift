/// A word that holds a whole state of a network: one bit field a component.
public protocol PackedWord: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable {
  /// The network compiled to such words, for code that is generic in the word; `PackedMachine` says how.
  static func machine(of network: Network, _ generator: PackedGenerator) -> PackedMachine<Self>?
}

extension UInt64: PackedWord {
  public static func machine(of network: Network, _ generator: PackedGenerator) -> PackedMachine<UInt64>? {
    PackedMachine(network, generator: generator)
  }
}

extension UInt128: PackedWord {
  public static func machine(of network: Network, _ generator: PackedGenerator) -> PackedMachine<UInt128>? {
    PackedMachine(network, generator: generator)
  }
}

/// Where each component's state lies in a packed word: ⌈log2 k⌉ bits for k states, the first component lowest.
public struct PackedLayout: Hashable, Sendable {
  public let shifts: [Int]
  public let widths: [Int]
  /// Of the whole word, in bits.
  public let width: Int

  public init(_ components: [ExplicitSystem]) {
    var shifts: [Int] = [], widths: [Int] = [], at = 0
    for component in components {
      let bits = component.stateCount <= 1 ? 0 : Int.bitWidth - (component.stateCount - 1).leadingZeroBitCount
      shifts.append(at)
      widths.append(bits)
      at += bits
    }
    (self.shifts, self.widths, width) = (shifts, widths, at)
  }

  public func pack<Word: PackedWord>(_ states: [Int32], as word: Word.Type = Word.self) -> Word {
    var packed: Word = 0
    for (state, shift) in zip(states, shifts) { packed |= Word(truncatingIfNeeded: state) << Word(shift) }
    return packed
  }

  public func unpack<Word: PackedWord>(_ word: Word) -> [Int32] {
    zip(shifts, widths).map { shift, width in
      Int32(truncatingIfNeeded: (word >> Word(shift)) & (((1 as Word) << Word(width)) - 1))
    }
  }

  /// The bits of one component.
  func field<Word: PackedWord>(_ component: Int, as word: Word.Type = Word.self) -> Word {
    (((1 as Word) << Word(widths[component])) - 1) << Word(shifts[component])
  }
}
