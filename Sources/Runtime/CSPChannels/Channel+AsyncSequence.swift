// Channels and receivers in `for await`.

extension Channel: AsyncSequence where Element: Copyable {
  /// Receives until the channel is closed and drained. Several loops over one channel share its values.
  ///
  /// > Cancellation: A checkpoint that ends the loop when the task is cancelled, as is the convention of
  /// > `AsyncSequence`; where the difference matters use ``receive(file:line:)``, which throws.
  public struct Iterator: AsyncIteratorProtocol {
    @usableFromInline let channel: Channel<Element>

    @inlinable init(_ channel: Channel<Element>) { self.channel = channel }

    @inlinable public nonisolated(nonsending) mutating func next() async -> Element? {
      try? await channel.receive()
    }

    @inlinable public mutating func next(isolation actor: isolated (any Actor)?) async throws(Never) -> Element? {
      try? await channel.receive()
    }
  }

  public typealias Failure = Never

  /// An iterator that takes values from here on; it holds none back.
  @inlinable public func makeAsyncIterator() -> Iterator { Iterator(self) }
}

extension Receiver: AsyncSequence where Element: Copyable {
  public typealias Failure = Never

  /// Receives until the channel is closed and drained, or the task is cancelled. Counts as a receiver while it lives,
  /// so that leaving a loop lets go of one.
  public struct Iterator: AsyncIteratorProtocol {
    @usableFromInline let receiver: Receiver<Element>

    @inlinable init(_ receiver: Receiver<Element>) { self.receiver = receiver }

    @inlinable public nonisolated(nonsending) mutating func next() async -> Element? {
      try? await receiver.channel.receive()
    }

    @inlinable public mutating func next(isolation actor: isolated (any Actor)?) async throws(Never) -> Element? {
      try? await receiver.channel.receive()
    }
  }

  /// An iterator that takes values from here on; it holds none back.
  @inlinable public func makeAsyncIterator() -> Iterator { Iterator(self) }
}
