import CIntrinsics
import Synchronization

/// The file to which a search moves its storage when it would need more memory than it may have.
///
/// What lies there stays out of memory but for what is worked on, and the system writes it to the disk as it sees fit. It is
/// one file, as to make and to delete many takes the system longer than to write to them; it has no name, so that nothing is
/// left however the process ends.
final class SpillStore: @unchecked Sendable {
  // SAFETY: what changes is changed by one thread while no other uses the store, but for `full`, `end` and `buffers`, which
  // are atomic or locked; `map`, and what is about buffers, change nothing else.
  let directory: String
  /// What may stay in memory of a set that lies here.
  let memtableBytes: Int
  // ORDERING: relaxed; it is read when all workers have come to rest.
  private let full = Atomic<Bool>(false)
  private let file: Int32
  /// Bytes of the file that were given out once.
  private let end = Mutex(0)
  /// Those that nobody has.
  private let buffers = Mutex<[Buffer]>([])
  // SAFETY: mapped with their sizes, unmapped in deinit, written by `keep` alone, which one thread calls while none reads
  // what it adds; the first `used` bytes of `current` are taken.
  private var segments: [(memory: UnsafeMutableRawPointer, bytes: Int)] = []
  private var current: (memory: UnsafeMutableRawPointer, offset: Int)?, used = 0

  private static var segmentBytes: Int { 8 << 20 }
  /// A multiple of the page sizes that there are.
  private static var pageBytes: Int { 1 << 16 }

  init(directory: String, memtableBytes: Int = 0) {
    self.directory = directory
    self.memtableBytes = memtableBytes
    file = csp_open_file(directory)
  }

  deinit {
    for segment in segments { csp_unmap_file(segment.memory, segment.bytes) }
    buffers.withLock { for buffer in $0 { csp_unmap_small(buffer.memory, buffer.bytes) } }
    if file >= 0 { csp_close_file(file) }
  }

  /// Whether there was no room once.
  var isFull: Bool { full.load(ordering: .relaxed) }

  // MARK: Tables

  /// Zeroed bytes of the file, and where they are in it. Nil when the directory has no room.
  func map(_ bytes: Int) -> (memory: UnsafeMutableRawPointer, offset: Int)? {
    let place = end.withLock { end -> (UnsafeMutableRawPointer, Int)? in
      guard file >= 0, let memory = csp_map_file(file, end, bytes) else { return nil }
      defer { end += (bytes + Self.pageBytes - 1) & ~(Self.pageBytes - 1) }
      return (memory, end)
    }
    if place == nil { full.store(true, ordering: .relaxed) }
    return place
  }

  func read(into memory: UnsafeMutableRawPointer, _ bytes: Int, from offset: Int) -> Bool {
    csp_read_file(file, offset, memory, bytes)
  }

  func write(_ memory: UnsafeRawPointer, _ bytes: Int, to offset: Int) -> Bool {
    let done = csp_write_file(file, offset, memory, bytes)
    if !done { full.store(true, ordering: .relaxed) }
    return done
  }

  // MARK: Buffers

  // SAFETY: @unchecked: mapped with its size by `takeBuffer`, and of whoever took it until it is given back; then of the store.
  struct Buffer: @unchecked Sendable { let memory: UnsafeMutableRawPointer, bytes: Int }

  /// Memory for a while, of at least so many bytes, with anything in it. Nil when there is none.
  func takeBuffer(_ bytes: Int) -> Buffer? {
    if let free = buffers.withLock({ $0.popLast() }) {
      if free.bytes >= bytes { return free }
      csp_unmap_small(free.memory, free.bytes)
    }
    // A little more, as the tables grow.
    let roomy = bytes + bytes / 4
    return csp_map_small(roomy, true).map { Buffer(memory: $0, bytes: roomy) }
  }

  func giveBack(_ buffer: Buffer) { buffers.withLock { $0.append(buffer) } }

  // MARK: Streams

  /// A copy that lives as long as the store. Nil when the directory has no room.
  func keep(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UnsafeMutablePointer<UInt8>? {
    guard let room = room(for: count), write(bytes, count, to: room.offset) else { return nil }
    return room.memory.bindMemory(to: UInt8.self, capacity: count)
  }

  /// Small pieces share a segment.
  private func room(for count: Int) -> (memory: UnsafeMutableRawPointer, offset: Int)? {
    if let current, used + count <= Self.segmentBytes {
      defer { used += count }
      return (current.memory + used, current.offset + used)
    }
    let bytes = max(count, Self.segmentBytes)
    guard let place = map(bytes) else { return nil }
    segments.append((place.memory, bytes))
    if bytes == Self.segmentBytes { (current, used) = (place, count) }
    return place
  }

  /// Takes what was kept out of memory.
  func park() { for segment in segments { csp_park(segment.memory, segment.bytes) } }
}
