// Identifiers as small numbers: two are the same text exactly if they have the same number.
//
// I1. The names that rules ask for have the same number in every file: they are interned first, in the order of
//     `GoKnownName`. Those of keywords are the raw values of their tokens.
#if Lint
  /// A name's number; 0 is no name.
  package typealias GoName = UInt32

  /// Keywords first, then what the universe, the standard library and rules call things.
  package enum GoKnownName: UInt32, CaseIterable, Sendable {
    case `break` = 1, `case`, chan, const, `continue`, `default`, `defer`
    case `else`, `fallthrough`, `for`, `func`, go, goto, `if`, `import`
    case interface, map, package, range, `return`, select, `struct`
    case `switch`, type, `var`
    // The universe.
    case blank, append, bool, cap, close, error, len, make, new, `nil`, panic, recover, `true`, `false`
    // Packages.
    case atomic, context, errgroup, log, os, runtime, sync, synctest, testing, time
    // Types and members of theirs.
    case WaitGroup, Mutex, RWMutex, Once, Cond, Locker, Ticker, Timer, Context, CancelFunc, Group, Pool
    case Add, Done, Wait, Go, Lock, Unlock, RLock, RUnlock, TryLock, TryRLock, Do, Signal, Broadcast
    case After, AfterFunc, Tick, NewTicker, NewTimer, Sleep, Stop, Reset, C
    case Background, TODO, WithCancel, WithTimeout, WithDeadline, WithCancelCause, WithTimeoutCause, WithDeadlineCause
    case WithValue, WithoutCancel, Err, Exit, Fatal, Fatalf, Fatalln, Goexit, Gosched, Panic, Panicf, Panicln
    case Close, CloseWithError, CloseWrite, CloseRead, Test, Run, T, B, F, TB, `init`, main

    /// Its text; `blank` is `_`.
    var text: String { self == .blank ? "_" : String(describing: self) }

    static let bytes: [[UInt8]] = allCases.map { Array($0.text.utf8) }
  }

  /// The names of one file. Hashing is FNV-1a, as the lexer computes it while it reads.
  package struct GoNames {
    private struct Entry {
      var lower: UInt32, length: UInt32, hash: UInt32
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = [Entry(lower: 0, length: 0, hash: 0)]
    /// Open addressing; 0 is free. The capacity is a power of two, and more than twice the count.
    private var slots: [UInt32]

    init(expecting count: Int) {
      var capacity = 512
      while capacity < count * 2 { capacity *= 2 }
      slots = [UInt32](repeating: 0, count: capacity)
      entries.reserveCapacity(capacity / 2)
      for known in GoKnownName.bytes { known.withUnsafeBufferPointer { _ = intern($0, hash: Self.hash($0)) } }
    }

    static let hashBasis: UInt32 = 2_166_136_261
    @inline(__always) static func hash(_ hash: UInt32, _ byte: UInt8) -> UInt32 {
      (hash ^ UInt32(byte)) &* 16_777_619
    }

    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 { text.reduce(hashBasis, hash) }

    /// The number of a text, given its hash.
    mutating func intern(_ text: UnsafeBufferPointer<UInt8>, hash: UInt32) -> GoName {
      let mask = slots.count - 1
      var slot = Int(hash &* 0x9E37_79B1 >> 8) & mask
      while slots[slot] != 0 {
        let number = slots[slot]
        if entries[Int(number)].hash == hash, matches(number, text) { return number }
        slot = (slot + 1) & mask
      }
      let number = UInt32(entries.count)
      entries.append(Entry(lower: UInt32(bytes.count), length: UInt32(text.count), hash: hash))
      bytes.append(contentsOf: text)
      slots[slot] = number
      if entries.count * 2 > slots.count { grow() }
      return number
    }

    private func matches(_ number: GoName, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
      let entry = entries[Int(number)]
      guard entry.length == text.count else { return false }
      let lower = Int(entry.lower)
      for offset in 0..<text.count where bytes[lower + offset] != text[offset] { return false }
      return true
    }

    private mutating func grow() {
      var larger = [UInt32](repeating: 0, count: slots.count * 2)
      let mask = larger.count - 1
      for number in 1..<entries.count {
        var slot = Int(entries[number].hash &* 0x9E37_79B1 >> 8) & mask
        while larger[slot] != 0 { slot = (slot + 1) & mask }
        larger[slot] = UInt32(number)
      }
      slots = larger
    }

    /// How many there are, name 0 among them.
    package var count: Int { entries.count }

    /// The text of a name.
    package func text(_ name: GoName) -> String {
      let entry = entries[Int(name)]
      return String(decoding: bytes[Int(entry.lower)..<Int(entry.lower + entry.length)], as: UTF8.self)
    }

    /// The number of a text that may not be in the file: 0 then.
    package func number(of text: String) -> GoName {
      Array(text.utf8).withUnsafeBufferPointer { buffer in
        let hash = Self.hash(buffer), mask = slots.count - 1
        var slot = Int(hash &* 0x9E37_79B1 >> 8) & mask
        while slots[slot] != 0 {
          if entries[Int(slots[slot])].hash == hash, matches(slots[slot], buffer) { return slots[slot] }
          slot = (slot + 1) & mask
        }
        return 0
      }
    }
  }
#endif
