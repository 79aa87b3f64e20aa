// Waiting for a lock: spin, queue, and when woken compete again.
//
// One who was woken takes the lock as contended, or marks it so before it waits again (I2 of MartletPrimitives.h). That
// is also why a cancelled wait has nothing to pass on: whoever leaves has marked the lock, and its release wakes the
// next.
import CSPScheduling
public import CScheduling

extension WaiterLine {
  @usableFromInline @inline(never)
  nonisolated(nonsending) func takeMutex(_ site: MartletSite) async throws(CancellationError) {
    var attempts = MutexAttempts(blocks: false)
    while true {
      if attempts.spin(header) { return }
      switch await wait(site, attempts.wish, goesFirst: attempts.wasWoken, unless: { attempts.takeOrMark(header) }) {
      case .spared: return
      case .told, .opened: attempts.wasWokenAgain()
      case .cancelled: throw CancellationError()
      }
    }
  }

  @usableFromInline @inline(never)
  func takeMutexBlocking(_ site: MartletSite) {
    let inTask = martlet_current_task() != nil
    var attempts = MutexAttempts(blocks: inTask)
    while true {
      if attempts.spin(header) { return }
      let end = waitBlocking(site, attempts.wish, goesFirst: attempts.wasWoken, inTask: inTask) {
        attempts.takeOrMark(header)
      }
      if case .spared = end { return }
      attempts.wasWokenAgain()
    }
  }
}

/// How often one has tried to take a lock, and what it may do by that.
private struct MutexAttempts {
  /// It blocks the thread of a task: I4 of MartletPrimitives.h.
  let blocks: Bool
  private var losses: UInt32 = 0
  /// It was woken with the lock reserved for it, and has not yet come.
  private var isAwaited = false

  init(blocks: Bool) { self.blocks = blocks }

  var wasWoken: Bool { losses > 0 }
  var wish: MartletWish { MartletWish(ticket: 0, amount: 0, losses: losses) }

  mutating func wasWokenAgain() {
    isAwaited = !blocks && losses >= MartletMutexPatience
    losses += 1
  }

  // SAFETY: the line's header, as everywhere here.
  func spin(_ header: UnsafeMutablePointer<MartletChannel>) -> Bool {
    !isAwaited && martlet_mutex_spin(header, wasWoken, blocks)
  }

  // SAFETY: the line's header, whose lock is held.
  mutating func takeOrMark(_ header: UnsafeMutablePointer<MartletChannel>) -> Bool {
    defer { isAwaited = false }
    return martlet_mutex_take_or_mark(header, isAwaited, blocks)
  }
}
