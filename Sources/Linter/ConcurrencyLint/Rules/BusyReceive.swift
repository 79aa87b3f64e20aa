// A loop that asks again and again.
#if Lint
  import SwiftSyntax

  enum BusyReceive: SwiftRule {
    static let description = RuleDescription(
      id: "busy-receive", language: .swift, summary: "a loop spins over an operation that does not wait",
      rationale: """
        A loop around `trySend`, `tryReceive`, `trySelect` or `tryNext` that neither waits nor ends when nothing is
        ready uses a whole core to find out that nothing has happened, and keeps a thread of the executor from whoever
        would make it happen. `Task.yield()` does not wait.

        Use the operation that waits: `receive`, `send`, `select`.
        """,
      bad: [
        """
        func pump() async {
          while !Task.isCancelled { // !
            if case .value(let job) = jobs.tryReceive() { run(job) }
          }
          while results.trySend(last) == .full { // !
            await Task.yield()
          }
        }
        """
      ],
      good: [
        """
        func pump() async {
          while let job = jobs.next() { run(job) }
          while case .value(let job) = jobs.tryReceive() { run(job) }
          while true {
            guard case .value(let job) = jobs.tryReceive() else { break }
            run(job)
          }
          while isOpen {
            if case .value(let job) = jobs.tryReceive() { run(job) } else { await changed() }
          }
        }
        """
      ])

    private static let attempts: Set<String> = ["trySend", "tryReceive", "trySelect", "tryNext"]

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      guard attempts.contains(where: { file.calls[$0] != nil }) else { return }
      for loop in file.whileLoops {
        var attempt: FunctionCallExprSyntax?, waits = false
        loop.walkOwn { node in
          if let call = node.as(FunctionCallExprSyntax.self), let name = call.calledName {
            if attempts.contains(name), attempt == nil, !call.isAwaited, !call.isThrownAway { attempt = call }
            if call.waits { waits = true }
          }
          if node.isSuspension, !node.isYield { waits = true }
          return .into
        }
        guard let attempt, !waits, !ends(loop, after: attempt), !loop.counts else { continue }
        reports.report(
          "this loop spins while nothing is ready", at: loop.whileKeyword, notes: [("this does not wait", attempt)])
      }
    }

    /// Whether the loop ends when the attempt fails, as far as it can be seen: in doubt, it does.
    private static func ends(_ loop: WhileStmtSyntax, after attempt: FunctionCallExprSyntax) -> Bool {
      if attempt.isInside(loop.conditions) { return !spinsOnFailure(attempt, in: loop.conditions) }
      return loop.body.hasOwnNode { node in
        [.breakStmt, .returnStmt, .throwStmt].contains(node.kind)
      }
    }

    /// `!channel.trySend(x)`, `== nil`, `== .full`: true as long as it fails.
    private static func spinsOnFailure(
      _ attempt: FunctionCallExprSyntax, in conditions: ConditionElementListSyntax
    ) -> Bool {
      guard let condition = conditions.first(where: { attempt.isInside($0) }), conditions.count == 1 else {
        return false
      }
      let text = condition.trimmedDescription
      return text.hasPrefix("!") || text.hasSuffix("== nil")
        || [".full", ".empty", ".wouldBlock", ".notReady"].contains {
          text.hasSuffix("== " + $0) || text.hasPrefix("case " + $0)
        }
    }
  }

  extension FunctionCallExprSyntax {
    /// Whether the thread is given up, or the process ends.
    fileprivate var waits: Bool {
      [
        "sleep", "usleep", "nanosleep", "wait", "sched_yield", "pause", "fatalError", "exit", "receiveBlocking",
        "sendBlocking",
      ]
      .contains(calledName ?? "")
    }
  }

  extension Syntax {
    /// `await Task.yield()`
    fileprivate var isYield: Bool {
      self.as(AwaitExprSyntax.self)?.expression.as(FunctionCallExprSyntax.self)?.calledExpression.path?.suffix(2)
        == ["Task", "yield"]
    }
  }

  extension FunctionCallExprSyntax {
    /// `_ = channel.tryReceive()`: the loop is not about what it gets.
    fileprivate var isThrownAway: Bool {
      parent?.parent?.as(SequenceExprSyntax.self)?.elements.first?.is(DiscardAssignmentExprSyntax.self) == true
    }
  }

  extension WhileStmtSyntax {
    /// Whether each turn changes a variable of the condition, whatever the attempt gives: `while n < 9 { …; n += 1 }`.
    fileprivate var counts: Bool {
      var names: Set<String> = []
      conditions.walkOwn { node in
        if let name = node.as(DeclReferenceExprSyntax.self)?.baseName.text { names.insert(name) }
        return .into
      }
      return body.hasOwnNode { node in
        guard let sequence = node.as(SequenceExprSyntax.self), let target = sequence.elements.first?.variableName,
          names.contains(target), let change = sequence.elements.dropFirst().first,
          change.is(AssignmentExprSyntax.self)
            || ["+=", "-="].contains(change.as(BinaryOperatorExprSyntax.self)?.operator.text ?? "")
        else { return false }
        let branches: Set<SyntaxKind> = [.ifExpr, .switchExpr, .guardStmt]
        return !node.ancestors.prefix { $0.id != self.id }.contains { branches.contains($0.kind) }
      }
    }
  }
#endif
