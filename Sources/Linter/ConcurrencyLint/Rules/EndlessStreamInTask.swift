// A task that waits for what never ends.
#if Lint
  import SwiftSyntax

  enum EndlessStreamInTask: SwiftRule {
    static let description = RuleDescription(
      id: "endless-stream-in-task", language: .swift,
      summary: "a task without an owner iterates over a stream that never ends",
      rationale: """
        Notifications, timers and the values of a published property never end by themselves. A task that iterates
        over them ends when it is cancelled, and one whose handle is dropped is never cancelled: it keeps what it
        captures, as a rule `self`, as long as the process runs.

        Keep the handle and cancel it, or let a scope own the task, as `.task` of a view does.
        """,
      acceptsContract: true,
      bad: [
        """
        final class Model {
          func observe() {
            Task {
              for await note in NotificationCenter.default.notifications(named: .changed) { // !
                self.update(note)
              }
            }
          }
        }
        """,
        """
        func start() {
          Task.detached {
            let ticks = AsyncTimerSequence(interval: .seconds(1), clock: .continuous)
            for await _ in ticks { sample() } // !
          }
          Task {
            for await status in item.publisher(for: \\.status).values { show(status) } // !
          }
        }
        """,
      ],
      good: [
        """
        final class Model {
          private var observation: Task<Void, Never>?
          func observe() {
            observation = Task {
              for await note in NotificationCenter.default.notifications(named: .changed) { update(note) }
            }
            Task {
              for await _ in NotificationCenter.default.notifications(named: .ready) { break }
            }
          }
        }
        """
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for task in file.unstructuredTasks where task.isDiscarded {
        guard let body = task.closures.last else { continue }
        body.statements.walkOwn { node in
          guard let loop = node.as(ForStmtSyntax.self), loop.awaitKeyword != nil, isEndless(loop.sequence),
            !loop.body.hasOwnNode(where: { [.breakStmt, .returnStmt, .throwStmt].contains($0.kind) })
          else { return .into }
          reports.report(
            "this stream never ends, and nobody can cancel the task that iterates over it", at: loop.forKeyword,
            notes: [("the task", task.calledExpression)])
          return .into
        }
      }
    }

    /// `object.publisher(for: \.name)`, `center.publisher(for: .name)`, and what operators make of it.
    private static func isEndlessPublisher(_ base: ExprSyntax) -> Bool {
      guard let call = base.as(FunctionCallExprSyntax.self) else { return false }
      return call.calledName == "publisher" && call.argument("for") != nil
        || !["first", "prefix", "output"].contains(call.calledName) && call.receiver.map(isEndlessPublisher) == true
    }

    private static func isEndless(_ sequence: ExprSyntax) -> Bool {
      if let call = sequence.bare.as(FunctionCallExprSyntax.self) {
        switch call.calledName {
        case "notifications": return call.argument("named") != nil
        case "AsyncTimerSequence", "repeating": return true
        default:
          // `notifications(named:).map { … }`
          return call.receiver.map(isEndless) ?? false
        }
      }
      if let member = sequence.as(MemberAccessExprSyntax.self), member.declName.baseName.text == "values" {
        return member.base?.trimmedDescription.contains("$") == true || member.base.map(isEndlessPublisher) == true
      }
      return sequence.binding?.initializer.map(isEndless) ?? false
    }
  }
#endif
