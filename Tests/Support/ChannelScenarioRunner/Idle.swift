// What a program costs whose tasks all wait: nothing.
import CSP
import Foundation

/// Parks a thousand tasks in every way there is and measures, over ten seconds, the time that the process is given.
/// True if it is less than a thousandth of one core.
func isIdle() async -> Bool {
  let (empty, full, channels) = (Channel<Int>(.rendezvous), Channel<Int>(.buffered(1)), 10)
  let idle = (0..<channels).map { _ in Channel<Int>(.rendezvous) }
  _ = full.trySend(0)
  let (timer, ticker) = (Timer(after: .seconds(3600)), Ticker(every: .seconds(3600)))
  let tasks = (0..<1000).map { index in
    Task {
      switch index % 8 {
      case 0: _ = try await empty.receive()
      case 1: try await full.send(1)
      case 2: _ = try await select(empty.receiving, full.sending(1), idle[index % channels].receiving)
      case 3: _ = try await select(idle[index % channels].receiving, after(.seconds(3600)))
      case 4: _ = try await select(idle[index % channels].receiving, timer.firing, ticker.ticking)
      case 5: try await ContinuousClock().sleepOnAlarm(for: .seconds(3600))
      case 6: for await _ in idle[index % channels] {}
      default:
        let selector = Selector()
        for channel in idle { selector.add(channel.receiving) }
        _ = try await selector.next()
      }
    }
  }
  // Those in selects wait once for each of their cases.
  while empty.statistics.waitingReceivers < 250 || full.statistics.waitingSenders < 250
    || idle.reduce(0, { $0 + $1.statistics.waitingReceivers }) < 4 * 125 + 125 * channels
  { await Task.yield() }
  // The last of them are on their way.
  _ = try? await select(after(.milliseconds(300)))

  let before = processorTime()
  _ = try? await select(after(.seconds(10)))
  let used = processorTime() - before
  for task in tasks { task.cancel() }
  for task in tasks { _ = await task.result }
  report("idle: \(used) of processor time in 10 s; parking \(Scheduler.parking); workers \(Scheduler.workerCount)")
  return used < .milliseconds(10)
}

extension ContinuousClock {
  fileprivate func sleepOnAlarm(for duration: Duration) async throws { try await Timer(after: duration).wait() }
}

private func processorTime() -> Duration {
  // What getrusage counts, to the nanosecond.
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
}
