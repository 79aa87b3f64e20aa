import CIntrinsics

/// Where the memory of a table lies.
enum Placement {
  case hugePages
  /// Of a table, which fills everywhere; and of what may be touched here and there.
  case smallPages, sparsePages
  /// In the file of a ``SpillStore``.
  case file
}

/// The bytes of a table, zeroed and aligned to 64 bytes.
///
/// In a file they can be looked at where they lie, page by page as they are touched. Whoever looks at many of them *wakes*
/// them: they are copied to memory, and *parked* afterwards. Reading and writing a file as a whole costs the system a tenth
/// to a twentieth of what the same costs page by page.
struct TableMemory {
  /// Where the bytes are now.
  private(set) var base: UnsafeMutableRawPointer
  let bytes: Int
  // SAFETY: `bytes` long, given back by `free`, which whoever owns the table calls once; while the bytes are awake, `base`
  // points to `buffer` instead, which is as long or longer.
  private let home: UnsafeMutableRawPointer
  private var buffer: SpillStore.Buffer?
  /// In the file, if it is there.
  private let offset: Int
  private let placement: Placement

  /// Nil when there is none. Only a file needs a store.
  init?(_ bytes: Int, _ placement: Placement, _ store: SpillStore?) {
    var memory: UnsafeMutableRawPointer?, offset = 0
    switch placement {
    case .hugePages: memory = csp_map(bytes)
    case .smallPages: memory = csp_map_small(bytes, true)
    case .sparsePages: memory = csp_map_small(bytes, false)
    case .file:
      if let place = store?.map(bytes) { (memory, offset) = place }
    }
    guard let memory else { return nil }
    (home, base, self.bytes, self.offset, self.placement) = (memory, memory, bytes, offset, placement)
  }

  /// To be called when they are parked.
  func free() {
    switch placement {
    case .hugePages: csp_unmap(home, bytes)
    case .smallPages, .sparsePages: csp_unmap_small(home, bytes)
    case .file: csp_unmap_file(home, bytes)
    }
  }

  /// Copies what lies in a file to memory, unless it is there; where that fails it stays where it is, and usable.
  mutating func wake(_ store: SpillStore?) {
    guard placement == .file, buffer == nil, let store, let free = store.takeBuffer(bytes) else { return }
    if store.read(into: free.memory, bytes, from: offset) { use(free) } else { store.giveBack(free) }
  }

  /// The same for a table that nothing was written to.
  mutating func wakeEmpty(_ store: SpillStore?) {
    guard placement == .file, buffer == nil, let free = store?.takeBuffer(bytes) else { return }
    free.memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    use(free)
  }

  private mutating func use(_ free: SpillStore.Buffer) { (buffer, base) = (free, free.memory) }

  /// Writes what is awake back to the file, to be called when it was changed. False when the system cannot do it.
  func save(_ store: SpillStore?) -> Bool {
    buffer == nil || store?.write(base, bytes, to: offset) ?? false
  }

  /// Writes other bytes, as many, to the file.
  func write(_ other: UnsafeRawPointer, _ store: SpillStore) -> Bool { store.write(other, bytes, to: offset) }

  /// Takes what lies in a file out of memory; it stays usable. Changes that were not saved are lost.
  mutating func park(_ store: SpillStore?) {
    guard placement == .file else { return }
    if let buffer { store?.giveBack(buffer) }
    (buffer, base) = (nil, home)
    // It may have been looked at there before it was woken.
    csp_park(home, bytes)
  }
}
