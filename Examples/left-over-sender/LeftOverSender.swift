// A leak from a left-over sender, how `expectNoLeaks` finds it, and its fix.
//
// What it shows: halves close their channel when the last sender is gone, so that one which is kept by mistake keeps the
// consumer waiting. The report names the consumer, its place, and that a sender is left.
// Look at: `Registry.close()`, and who does not call it.
import CSP
import CSPInspection
import Synchronization

/// Gives out copies of a sender, and keeps one to make them of.
final class Registry: Sendable {
  private let sender: Mutex<Sender<Int>?>

  init(_ sender: Sender<Int>) { self.sender = Mutex(sender) }

  func register() -> Sender<Int>? { sender.withLock { $0 } }

  /// No more copies are given out: the last producer that ends closes the channel.
  func close() { sender.withLock { $0 = nil } }
}

/// A registry, and the end that its producers send to.
func makeRegistry() -> (Registry, Receiver<Int>) {
  let (sender, receiver) = makeChannel(.rendezvous, of: Int.self, name: "numbers")
  return (Registry(sender), receiver)
}

/// Sums what three producers send: for ever, unless the registry is closed once all of them are registered.
func sum(closing: Bool) async throws -> Int {
  let (registry, receiver) = makeRegistry()
  defer { withExtendedLifetime(registry) {} }
  return try await withNursery(name: "sum") { nursery in
    for number in 1...3 {
      let sender = registry.register()
      try nursery.start(name: "producer \(number)") { try await sender?.send(number) }
    }
    if closing { registry.close() }
    let consumer = try nursery.start(name: "consumer") {
      var total = 0
      for await number in receiver { total += number }
      return total
    }
    return try await consumer.value
  }
}

/// What the check says of it.
func check(closing: Bool) async -> String {
  do {
    return "the sum is \(try await expectNoLeaks(patience: .milliseconds(100)) { try await sum(closing: closing) })"
  } catch {
    return "\(error)"
  }
}

@main enum Program {
  static func main() async {
    print("with the sender left over:", await check(closing: false))
    print("closed:", await check(closing: true))
  }
}
