// What every wait records, for CSPInspection.
internal import CScheduling

/// One operation that waits now.
package struct WaitDescription: Sendable, Equatable {
  package enum Operation: Sendable { case send, receive }
  /// What is waited for. Of anything but a channel the operation is to receive, or, where a task blocks its thread, to
  /// send.
  package enum Resource: Sendable { case channel, lock, readWriteLock, condition, semaphore, latch, once }

  package var operation: Operation
  package var resource: Resource
  /// Permits of a semaphore that are waited for; of a read-write lock, 1 to write and 0 to read; otherwise 0.
  package var amount: Int
  package var inSelect: Bool
  /// Identifies the channel while it lives.
  package var channel: UInt
  package var channelName: String?
  /// Identifies the task while it waits; 0 for a thread.
  package var task: UInt
  package var taskName: String?
  package var file: String
  package var line: Int
  /// Nanoseconds of the monotonic clock, to within two milliseconds while a worker is idle; else as of the last look.
  package var since: Int64
}

/// Everything that waits on a channel at this moment. Each wait is read under its channel's lock; together they are no
/// snapshot of one instant.
///
/// - Complexity: linear in the most operations that ever waited at once.
package func currentWaits() -> [WaitDescription] {
  inspectedCopies(martlet_waits).filter { $0.resource != .time && !$0.holds }.map(WaitDescription.init)
}

/// What one of the functions of MartletInspection.h copies, with room for what is added meanwhile.
package func inspectedCopies<Description>(
  _ copy: (UnsafeMutablePointer<Description>?, Int) -> Int
) -> [Description] {
  let room = copy(nil, 0)
  let capacity = room + room / 8 + 64
  // SAFETY: a description is a struct of C's; the function initialises as many of them as it says.
  return [Description](unsafeUninitializedCapacity: capacity) { buffer, count in
    count = copy(buffer.baseAddress, capacity)
  }
}

/// A name in a description.
package func inspectedName<Bytes>(_ bytes: Bytes) -> String? {
  // SAFETY: the tuple is an array of C's, which the copying function ended with a zero.
  withUnsafeBytes(of: bytes) { bytes in
    guard let end = bytes.firstIndex(of: 0), end > 0 else { return nil }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }
}

extension WaitDescription {
  init(_ wait: MartletWaitDescription) {
    operation = wait.operation == .send ? .send : .receive
    resource = Resource(wait.resource)
    amount = Int(wait.amount)
    inSelect = wait.select != 0
    channel = wait.channel
    task = wait.task
    since = wait.since
    line = Int(wait.site.line)
    // SAFETY: a #fileID literal: it lives as long as the program and is UTF-8 of that length.
    file = String(
      decoding: UnsafeRawBufferPointer(start: wait.site.file, count: Int(wait.site.fileLength)), as: UTF8.self)
    channelName = inspectedName(wait.name)
    taskName = inspectedName(wait.taskName)
  }
}

extension WaitDescription.Resource {
  init(_ resource: MartletResource) {
    self =
      switch resource {
      case .channel, .completion, .time, .timer: .channel
      case .lock: .lock
      case .readWriteLock: .readWriteLock
      case .condition: .condition
      case .semaphore: .semaphore
      case .latch: .latch
      case .once: .once
      }
  }
}
