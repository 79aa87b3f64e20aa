// Waiting to read or to write: spin, queue, and when invited come in. Only a task that blocks its thread may have come
// in between; then the one that was invited goes back to its place, which is the first.
import CSPScheduling
public import CScheduling

extension WaiterLine {
  /// The lock was given back, or somebody left the line: lets those in whose turn it is.
  @usableFromInline @inline(never)
  func admit() { resume { martlet_read_write_admit(header) } }

  @usableFromInline @inline(never)
  nonisolated(nonsending) func takeReadWrite(writes: Bool, _ site: MartletSite) async throws(CancellationError) {
    if martlet_read_write_spin(header, writes) { return }
    let wish = MartletWish(ticket: 0, amount: writes ? 1 : 0, losses: 0)
    var isInvited = false
    while true {
      let end = await wait(site, wish, goesFirst: isInvited) { () -> Bool in
        // An invitation counts once.
        defer { isInvited = false }
        return martlet_read_write_take(header, writes, isInvited, false)
      }
      switch end {
      case .spared: return
      case .told, .opened: isInvited = true
      case .cancelled:
        admit()
        throw CancellationError()
      }
    }
  }

  @usableFromInline @inline(never)
  func takeReadWriteBlocking(writes: Bool, _ site: MartletSite) {
    if martlet_read_write_spin(header, writes) { return }
    let inTask = martlet_current_task() != nil
    let wish = MartletWish(ticket: 0, amount: writes ? 1 : 0, losses: 0)
    var wasTold = false
    while true {
      // Those who block in a task are not invited, only told to look again.
      let end = waitBlocking(site, wish, goesFirst: wasTold, inTask: inTask) {
        martlet_read_write_take(header, writes, wasTold && !inTask, inTask)
      }
      if case .spared = end { return }
      wasTold = true
    }
  }
}
