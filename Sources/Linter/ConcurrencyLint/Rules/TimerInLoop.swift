// A timer that is made anew for every turn of a loop.
#if Lint
  import SwiftSyntax

  enum TimerInLoop: SwiftRule {
    static let description = RuleDescription(
      id: "timer-in-loop", language: .swift, summary: "a loop makes a new timer or sleeper each time round",
      rationale: """
        Each turn of the loop sets a new timer, or starts a task that sleeps, and lets go of the one before, which stays
        set until its time comes. With ten thousand messages a second and a timeout of a minute there are six hundred
        thousand of them, each with memory and a place in the timer heap.

        Make one timer before the loop and reset it. `after(…)` as a case of a `select` sets nothing that stays, and is
        passed over; so is a timer that the loop stops.
        """,
      bad: [
        """
        func watch() async {
          for await message in messages {
            queue.asyncAfter(deadline: .now() + 60) { expire(message.session) } // !
          }
          while let frame = await next() {
            Task { // !
              try? await Task.sleep(for: .seconds(60))
              timeOut(frame)
            }
          }
        }
        """
      ],
      good: [
        """
        func watch() async throws {
          let idle = Timer(after: .seconds(60))
          for await message in messages {
            idle.reset(after: .seconds(60))
            handle(message)
          }
          while true {
            switch try await select(messages.receiving, after(.seconds(60))) { default: break }
            pending?.cancel()
            pending = Task { try? await Task.sleep(for: .seconds(60)) }
          }
        }
        """
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      let makers = file.calls(named: "asyncAfter", "scheduledTimer", "makeTimerSource", "Timer", "Ticker")
      for call in makers + file.unstructuredTasks {
        guard let loop = call.hotLoop, makesTimer(call), call.isLetGo, !stops(loop) else { continue }
        reports.report("each turn of the loop sets a new timer, and nobody stops the one before", at: call)
      }
    }

    private static func makesTimer(_ call: FunctionCallExprSyntax) -> Bool {
      switch call.calledName {
      case "asyncAfter", "makeTimerSource": true
      case "scheduledTimer": call.receiver?.path?.last == "Timer"
      case "Timer": call.argument("after") != nil || call.argument("timeInterval") != nil
      case "Ticker": call.argument("every") != nil
      default:
        call.closures.last?.statements.first.map { item in
          item.hasNode { $0.as(FunctionCallExprSyntax.self)?.calledExpression.path == ["Task", "sleep"] }
        } ?? false
      }
    }

    /// Whether the loop cancels, stops or invalidates something.
    private static func stops(_ loop: Syntax) -> Bool {
      loop.hasNode { node in
        guard let member = node.as(MemberAccessExprSyntax.self) else { return false }
        return ["cancel", "stop", "invalidate"].contains(member.declName.baseName.text)
      }
    }
  }

  extension FunctionCallExprSyntax {
    /// The loop around it that is driven by messages: `for await`, or `while` with a suspension in it.
    fileprivate var hotLoop: Syntax? {
      for node in ancestors {
        if node.kind.isBoundary { return nil }
        if let loop = node.as(ForStmtSyntax.self), loop.awaitKeyword != nil, isInside(loop.body) { return node }
        if let loop = node.as(WhileStmtSyntax.self), isInside(loop.body), loop.hasOwnNode(where: \.isSuspension) {
          return node
        }
      }
      return nil
    }

    /// Whether the result is dropped or stays in the loop's body.
    fileprivate var isLetGo: Bool {
      if isDiscarded { return true }
      guard !isUnstructuredTask else { return false }
      return parent?.is(InitializerClauseSyntax.self) == true
    }
  }
#endif
