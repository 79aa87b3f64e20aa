// Conditions that nobody signals any more.
import CSP
import ChannelScenarios

extension BlockingKernel {
  static let conditions: [BlockingKernel] = [
    BlockingKernel(
      59, "moby_27782", .condition, "the log's end waits for an event of a reader that sends to nobody", .rest,
      ["log end", "reader"]
    ) { stage in
      let isFollowed = Lock(true, name: "followed")
      let changed = Condition(of: isFollowed, name: "no follower")
      let lines = Channel<Int>(.rendezvous, name: "lines")
      let stop = Channel<Void>(.rendezvous, name: "log is closed")
      try stage.task("reader") {
        if stage.isFixed {
          _ = try await select(lines.sending(1), stop.receiving)
        } else {
          try await lines.send(1)
        }
        try await isFollowed.withLock { $0 = false }
        changed.signalAll()
      }
      try stage.task("log end") {
        try await stage.until("the reader sends") { lines.statistics.waitingSenders == 1 }
        stop.close()
        try await changed.wait { !$0 }
      }
    },
    BlockingKernel(
      61, "moby_29733", .condition, "a state is set back without a signal to those who wait for it", .rest,
      ["activation"]
    ) { stage in
      let isActive = Lock(false, name: "plugin is active")
      let changed = Condition(of: isActive, name: "plugin has changed")
      try stage.task("activation") { try await changed.wait { $0 } }
      try stage.task("plugin") {
        try await stage.until("it is waited for") { changed.waiting == 1 }
        try await isActive.withLock { $0 = true }
        if stage.isFixed { changed.signalAll() }
      }
    },
  ]
}
