/// A sliding window protocol, go-back-N, the same as the script in `Examples/benchmarks/sliding-window.csp`.
public import TransitionSystems

/// The sender without its values, which stand in slots: `size` values from number `base` on, of which `sent` went out
/// since the sender last went back.
private struct Sender: Hashable { var base = 0, size = 0, sent = 0 }

/// Waits for number `next`, or has `value` to deliver, or has to reply.
private struct Receiver: Hashable {
  enum Phase: Hashable { case waits, delivers(Int), replies }
  var next = 0, phase = Phase.waits
}

extension Network {
  /// Sends bits through a medium of `capacity` cells and its replies through another; the last cell of each may lose
  /// what it holds. Numbers count modulo `window` + 1. The counts have no closed form.
  public static func slidingWindow(_ window: Int, capacity: Int) -> Network {
    let modulus = window + 1, numbers = 0..<modulus, bits = 0..<2
    var builder = NetworkBuilder()
    let sender = builder.component(Sender()) { steps(of: $0, window) }
    // Number → the value that stands under it.
    let slots = numbers.map { _ in
      builder.component(Int?.none) { value in
        value.map { [("has \($0)", $0), ("clear", nil)] } ?? bits.map { ("store \($0)", $0) }
      }
    }
    let receiver = builder.component(Receiver()) { steps(of: $0, modulus) }
    for x in bits {
      for n in numbers { builder.rule("left \(x)", [(sender, "accept \(n)"), (slots[n], "store \(x)")]) }
      builder.rule("right \(x)", [(receiver, "right \(x)")])
    }
    builder.rule("back", [(sender, "back")])

    let messages = numbers.flatMap { n in bits.map { "\(n) \($0)" } }
    let data = builder.medium("data", messages, capacity)
    for n in numbers {
      for x in bits {
        let message = "\(n) \(x)"
        builder.rule("data \(message)", [(sender, "send \(n)"), (slots[n], "has \(x)"), (data.first, "in \(message)")])
        builder.rule("arrive \(message)", [(data.last, "out \(message)"), (receiver, "arrive \(message)")])
      }
    }
    let replies = builder.medium("reply", numbers.map(String.init), capacity)
    for n in numbers {
      builder.rule("reply \(n)", [(receiver, "reply \(n)"), (replies.first, "in \(n)")])
      for count in 0...window {
        let cleared = (0..<count).map { (slots[(n + modulus - count + $0) % modulus], "clear") }
        builder.rule("confirm \(n)", [(sender, "confirm \(n) \(count)"), (replies.last, "out \(n)")] + cleared)
      }
      builder.rule("confirm \(n)", [(sender, "ignore \(n)"), (replies.last, "out \(n)")])
    }
    return builder.network
  }

  private static func steps(of sender: Sender, _ window: Int) -> [(label: String, target: Sender)] {
    let modulus = window + 1, (base, size, sent) = (sender.base, sender.size, sender.sent)
    var steps: [(label: String, target: Sender)] = []
    if size < window {
      steps.append(("accept \((base + size) % modulus)", Sender(base: base, size: size + 1, sent: sent)))
    }
    if sent < size {
      steps.append(("send \((base + sent) % modulus)", Sender(base: base, size: size, sent: sent + 1)))
    }
    if sent > 0 && sent == size { steps.append(("back", Sender(base: base, size: size, sent: 0))) }
    // A reply confirms all before its number; an old one says more than there is.
    for count in 0..<modulus {
      let number = (base + count) % modulus
      let confirmed = Sender(base: number, size: size - count, sent: max(sent - count, 0))
      steps.append(count > size ? ("ignore \(number)", sender) : ("confirm \(number) \(count)", confirmed))
    }
    return steps
  }

  private static func steps(of receiver: Receiver, _ modulus: Int) -> [(label: String, target: Receiver)] {
    let next = receiver.next
    switch receiver.phase {
    case .waits:
      return (0..<modulus).flatMap { n in
        (0..<2).map { x in
          ("arrive \(n) \(x)", Receiver(next: next, phase: n == next ? .delivers(x) : .replies))
        }
      }
    case .delivers(let x): return [("right \(x)", Receiver(next: (next + 1) % modulus, phase: .replies))]
    case .replies: return [("reply \(next)", Receiver(next: next))]
    }
  }
}

extension NetworkBuilder {
  /// A chain of cells with room for one message each; its ends.
  fileprivate mutating func medium(
    _ name: String, _ messages: [String], _ capacity: Int
  ) -> (first: Int32, last: Int32) {
    let cells = (0..<capacity).map { _ in
      component(String?.none) { message in
        message.map { [("out \($0)", nil), ("lose", nil)] } ?? messages.map { ("in \($0)", $0) }
      }
    }
    for (i, cell) in cells.dropLast().enumerated() {
      for message in messages {
        rule("\(name) moves \(i) \(message)", [(cell, "out \(message)"), (cells[i + 1], "in \(message)")])
      }
    }
    rule("\(name) lost", [(cells.last!, "lose")])
    return (cells.first!, cells.last!)
  }
}
