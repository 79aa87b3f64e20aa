// That nothing has changed since something was looked at, without having stopped it.
//
// Every lock of the runtime counts its holders but those that only look (MartletLock.h). What was copied under a lock is
// still so as long as the lock is free and its count is the same. If that holds of several locks one after the other,
// after all of them were looked at, then there was one instant at which everything was as copied: the one between the last
// look and the first question.
internal import CScheduling

/// A lock and its count of holders, when what it protects was copied.
struct StableLook: Sendable, Equatable {
  var lock: UInt
  var version: UInt32

  init(_ look: MartletLook) {
    lock = look.lock
    version = look.version
  }

  /// Whether all of these were true at one instant.
  ///
  /// False also if somebody took one of the locks meanwhile and changed nothing: ask again after another dump.
  static func heldAtOnce(_ looks: some Sequence<StableLook>) -> Bool {
    var versions = AddressTable()
    var distinct: [StableLook] = []
    for look in looks {
      if let known = versions[look.lock] {
        if known != Int(look.version) { return false }
      } else {
        versions[look.lock] = Int(look.version)
        distinct.append(look)
      }
    }
    return distinct.allSatisfy { martlet_unchanged(MartletLook(lock: $0.lock, version: $0.version)) }
  }
}
