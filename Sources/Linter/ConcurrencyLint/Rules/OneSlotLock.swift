// A channel of one slot in the place of a lock.
#if Lint
  import SwiftSyntax

  enum OneSlotLock: SwiftRule {
    static let description = RuleDescription(
      id: "one-slot-lock", language: .swift, summary: "a channel of one slot is used as a lock",
      rationale: """
        A channel with room for one empty value, filled before and emptied after, is a lock that nobody recognises: no
        tool sees who holds it, it is not released when an error is thrown between, and it costs more than a lock.

        Use `Mutex` where the section does not suspend, an actor or a limiter where it does.
        """,
      bad: [
        """
        final class Store {
          let gate = Channel<Void>(.buffered(1))
          func update() async throws {
            try await gate.send(()) // !
            table.update()
            _ = try await gate.receive()
          }
        }
        """,
        """
        func run() async throws {
          let token = Channel(.buffered(1), of: Void.self)
          for job in jobs {
            try await token.send(()) // !
            defer { _ = token.tryReceive() }
            await job.run()
          }
        }
        """,
      ],
      good: [
        """
        func run() async throws {
          let done = Channel<Void>(.buffered(1))
          nursery.start { try await done.send(()) }
          _ = try await done.receive()
          let limit = Channel<Void>(.buffered(4))
          try await limit.send(())
          _ = try await limit.receive()
        }
        """
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for send in file.calls(named: "send") {
        guard let channel = send.receiver?.binding, channel.isOneEmptySlot, let function = send.enclosingFunction else {
          continue
        }
        let path = send.receiver?.path
        let releases = file.calls(named: "receive", "tryReceive").contains { call in
          call.receiver?.path == path && call.position > send.position && call.enclosingFunction?.id == function.id
        }
        guard releases else { continue }
        reports.report("`\(channel.name)` is a lock: it is filled here and emptied by the same function", at: send)
      }
    }
  }

  extension Binding {
    /// A channel of capacity one that carries nothing.
    fileprivate var isOneEmptySlot: Bool {
      guard let call = initializer?.bare.as(FunctionCallExprSyntax.self),
        ["Channel", "AsyncBufferedChannel"].contains(call.calledExpression.path?.last ?? "")
      else { return false }
      let text = call.trimmedDescription
      return text.contains("(1)") && (text.contains("Void") || text.contains("<()>"))
        && call.arguments.first?.expression.lastName == "buffered"
    }
  }
#endif
