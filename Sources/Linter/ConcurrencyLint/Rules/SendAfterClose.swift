// A value sent where nobody can receive it.
#if Lint
  import SwiftSyntax

  enum SendAfterClose: SwiftRule {
    static let description = RuleDescription(
      id: "send-after-close", language: .swift, summary: "a value is sent after the channel was closed",
      rationale: """
        After `close()` a send throws; after `finish()` a stream drops what is yielded and says nothing. Either the
        value should have gone before, or there are two ideas of when the channel ends.

        Reported where both stand in one list of statements, the first before the second, on one name that is not
        assigned between. A send whose result is looked at, or whose error is caught there, is passed over.
        """,
      bad: [
        """
        func end(_ continuation: AsyncStream<Int>.Continuation) {
          continuation.finish()
          continuation.yield(0) // !
        }
        """,
        """
        func drain() async throws {
          results.close()
          for job in jobs {
            try await results.send(job.run()) // !
          }
        }
        """,
      ],
      good: [
        """
        func end() async throws {
          try await results.send(0)
          results.close()
          let refused = results.trySend(1)
          check(refused)
          results = Channel<Int>(.rendezvous)
          try await results.send(2)
        }
        """,
        """
        func end(_ isLast: Bool) {
          if isLast {
            continuation.finish()
            return
          }
          continuation.yield(1)
        }
        """,
      ])

    private static let sends: [String: Set<String>] = [
      "close": ["send", "trySend", "sendBlocking"], "finish": ["yield", "send"],
    ]

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      guard !file.calls(named: "send", "yield", "trySend", "sendBlocking").isEmpty else { return }
      for block in file.blocks {
        let items = Array(block)
        for (index, item) in items.enumerated() {
          guard let close = ExprSyntax(item.item)?.bare.as(FunctionCallExprSyntax.self),
            let name = close.calledName, let sends = sends[name], close.arguments.isEmpty || name == "finish",
            let channel = close.receiver?.path
          else { continue }
          if let send = send(to: channel, by: sends, in: items[(index + 1)...]) {
            reports.report(
              "`\(channel.joined(separator: "."))` has been closed before this", at: send,
              notes: [("it is closed here", close)])
          }
        }
      }
    }

    private static func send(
      to channel: [String], by names: Set<String>, in items: ArraySlice<CodeBlockItemSyntax>
    ) -> FunctionCallExprSyntax? {
      for item in items {
        if item.assigns(channel) { return nil }
        // Branches and other scopes may never be reached on the same path; a loop's body is.
        var found: FunctionCallExprSyntax?
        if let call = ExprSyntax(item.item)?.discardedCall, call.sends(to: channel, by: names) { return call }
        if let loop = item.item.as(ForStmtSyntax.self) {
          for inner in loop.body.statements {
            if let call = ExprSyntax(inner.item)?.discardedCall, call.sends(to: channel, by: names) { found = call }
          }
        }
        if let found { return found }
      }
      return nil
    }
  }

  extension ExprSyntax {
    /// The call that a statement is, with nothing around it but `try`, `await` and `_ =`.
    fileprivate var discardedCall: FunctionCallExprSyntax? {
      if let attempt = self.as(TryExprSyntax.self), attempt.questionOrExclamationMark != nil { return nil }
      return bare.as(FunctionCallExprSyntax.self)
    }
  }

  extension FunctionCallExprSyntax {
    fileprivate func sends(to channel: [String], by names: Set<String>) -> Bool {
      calledName.map(names.contains) == true && receiver?.path == channel
    }
  }

  extension CodeBlockItemSyntax {
    /// Whether anything in it gives the variable another value.
    fileprivate func assigns(_ path: [String]) -> Bool {
      hasNode { node in
        guard let sequence = node.as(SequenceExprSyntax.self) else { return false }
        let elements = Array(sequence.elements)
        return elements.indices.dropFirst().contains { index in
          elements[index].is(AssignmentExprSyntax.self) && elements[index - 1].path == path
        }
      } || item.as(VariableDeclSyntax.self)?.bindings.contains { $0.pattern.trimmedDescription == path.first } == true
    }
  }
#endif
