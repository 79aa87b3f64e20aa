#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What this machine has.
enum PhysicalMemory {
  /// Seven eighths, in bytes: a check that needs more ends as undecided and not by the system's hand.
  static var mostOfIt: Int? {
    let pages = sysconf(Int32(_SC_PHYS_PAGES)), size = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && size > 0 ? pages / 8 * 7 * size : nil
  }
}
