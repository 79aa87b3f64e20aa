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
  /// Nanoseconds of the monotonic clock, to within two milliseconds where at least two workers run.
  package var since: Int64
}

/// Everything that waits on a channel at this moment. Each wait is read under its channel's lock; together they are no
/// snapshot of one instant.
///
/// - Complexity: linear in the most operations that ever waited at once.
package func currentWaits() -> [WaitDescription] {
  var raw = [MartletWaitDescription](repeating: MartletWaitDescription(), count: 64)
  while true {
    let count = raw.withUnsafeMutableBufferPointer { martlet_waits($0.baseAddress, $0.count) }
    if count <= raw.count { return raw[..<count].map(WaitDescription.init) }
    raw = [MartletWaitDescription](repeating: MartletWaitDescription(), count: count + count / 4)
  }
}

extension WaitDescription {
  init(_ wait: MartletWaitDescription) {
    operation = wait.operation == .send ? .send : .receive
    resource = Resource(wait.resource)
    amount = Int(wait.amount)
    inSelect = wait.inSelect
    channel = wait.channel
    task = wait.task
    since = wait.since
    line = Int(wait.line)
    // SAFETY: a #fileID literal: it lives as long as the program and is UTF-8 of that length.
    file = String(
      decoding: UnsafeRawBufferPointer(start: wait.file, count: Int(wait.fileLength)), as: UTF8.self)
    channelName = Self.text(wait.name)
    taskName = Self.text(wait.taskName)
  }

  private static func text<Bytes>(_ bytes: Bytes) -> String? {
    // SAFETY: the tuple is an array of C's, which martlet_waits ended with a zero.
    let text = withUnsafeBytes(of: bytes) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return text.isEmpty ? nil : text
  }
}

extension WaitDescription.Resource {
  init(_ resource: MartletResource) {
    self =
      switch resource {
      case .channel: .channel
      case .lock: .lock
      case .readWriteLock: .readWriteLock
      case .condition: .condition
      case .semaphore: .semaphore
      case .latch: .latch
      case .once: .once
      }
  }
}
