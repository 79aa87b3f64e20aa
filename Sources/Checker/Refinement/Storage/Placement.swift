import CIntrinsics
import Synchronization

/// Where the memory of a table lies.
enum Placement {
  case hugePages
  /// Of a table, which fills everywhere; and of what may be touched here and there.
  case smallPages, sparsePages
  /// In a file of a ``SpillStore``.
  case file

  /// Zeroed, aligned to 64 bytes; nil when there is none. Only a file needs a store.
  func map(_ bytes: Int, _ store: SpillStore?) -> UnsafeMutableRawPointer? {
    switch self {
    case .hugePages: csp_map(bytes)
    case .smallPages: csp_map_small(bytes, true)
    case .sparsePages: csp_map_small(bytes, false)
    case .file: store?.map(bytes)
    }
  }

  func unmap(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
    switch self {
    case .hugePages: csp_unmap(memory, bytes)
    case .smallPages, .sparsePages: csp_unmap_small(memory, bytes)
    case .file: csp_unmap_file(memory, bytes)
    }
  }

  /// Takes what lies in a file out of memory; it stays usable.
  func park(_ memory: UnsafeMutableRawPointer, _ bytes: Int) { if self == .file { csp_park(memory, bytes) } }

  /// Brings all of it in, to be called before it is worked on.
  func wake(_ memory: UnsafeMutableRawPointer, _ bytes: Int) { if self == .file { csp_wake(memory, bytes) } }
}

/// The directory to which a search moves its storage when it would need more memory than it may have.
///
/// What lies there is mapped, worked on, and *parked*: its pages leave the process, and the system writes them to the disk
/// as it sees fit. The files have no names, so that nothing is left however the process ends.
final class SpillStore: @unchecked Sendable {
  // SAFETY: what changes is changed by one thread while no other uses the store, but for `full`, which is atomic, and for
  // `map`, which changes nothing else.
  let directory: String
  // ORDERING: relaxed; it is read when all workers have come to rest.
  private let full = Atomic<Bool>(false)
  // SAFETY: mapped with their sizes, unmapped in deinit, written by `keep` alone, which one thread calls while none reads
  // what it adds; the first `used` bytes of `current` are taken.
  private var segments: [(memory: UnsafeMutableRawPointer, bytes: Int)] = []
  private var current: UnsafeMutableRawPointer?, used = 0

  private static var segmentBytes: Int { 8 << 20 }

  init(directory: String) { self.directory = directory }

  deinit { for segment in segments { csp_unmap_file(segment.memory, segment.bytes) } }

  /// Whether there was no room once.
  var isFull: Bool { full.load(ordering: .relaxed) }

  /// Memory in a file of its own. Nil when the directory has no room.
  func map(_ bytes: Int) -> UnsafeMutableRawPointer? {
    let memory = csp_map_file(directory, bytes)
    if memory == nil { full.store(true, ordering: .relaxed) }
    return memory
  }

  /// A copy that lives as long as the store. Nil when the directory has no room.
  func keep(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UnsafeMutablePointer<UInt8>? {
    guard let room = room(for: count) else { return nil }
    let copy = room.bindMemory(to: UInt8.self, capacity: count)
    copy.initialize(from: bytes, count: count)
    return copy
  }

  /// Small pieces share a segment.
  private func room(for count: Int) -> UnsafeMutableRawPointer? {
    if let current, used + count <= Self.segmentBytes {
      defer { used += count }
      return current + used
    }
    let bytes = max(count, Self.segmentBytes)
    guard let memory = map(bytes) else { return nil }
    segments.append((memory, bytes))
    if bytes == Self.segmentBytes { (current, used) = (memory, count) }
    return memory
  }

  /// Takes what was kept out of memory.
  func park() { for segment in segments { csp_park(segment.memory, segment.bytes) } }
}
