import TransitionSystems

/// From words to the keys of a ``PartitionedSet`` and back.
///
/// Apart from the set, so that a loop that writes to memory can hold its own copy: of what belongs to the set the compiler
/// would have to assume that it has been overwritten.
struct SetKeys<Word: PackedWord>: Sendable {
  /// Of a key without a tag.
  let bits: Int
  let tags: TagPlace<Word>
  /// The bits of a key that do not name its part, where it is not wide.
  let shift: UInt64
  private let isWiderThanMixer: Bool
  private let mixer: KeyMixer

  init(bits: Int, partBits: Int, _ tags: TagPlace<Word>) {
    self.bits = bits
    self.tags = tags
    isWiderThanMixer = bits > 64
    let width = WordTable<Word>.mixedBits(bits)
    mixer = KeyMixer(width: width)
    shift = UInt64(width - partBits)
  }

  /// Whether a word is its own key.
  @inline(__always) var isWide: Bool { Word.bitWidth > 64 && isWiderThanMixer }

  @inline(__always) func key(_ word: Word) -> Word {
    isWide ? word : Word(truncatingIfNeeded: mixer.mix(UInt64(truncatingIfNeeded: word)))
  }

  @inline(__always) func word(_ key: Word) -> Word {
    isWide ? key : Word(truncatingIfNeeded: mixer.unmix(UInt64(truncatingIfNeeded: key)))
  }

  /// Of a key with or without a tag.
  @inline(__always) func part(of key: Word) -> Int {
    let key = tags.untagged(key)
    return isWide
      ? Int(truncatingIfNeeded: hash(key) &>> (64 &- UInt64(PartitionedSet<Word>.partBits)))
      : Int(truncatingIfNeeded: UInt64(truncatingIfNeeded: key) &>> shift)
  }
}
