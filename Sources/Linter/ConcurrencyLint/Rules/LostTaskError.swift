// A task that fails in silence.
#if Lint
  import SwiftSyntax

  enum LostTaskError: SwiftRule {
    static let description = RuleDescription(
      id: "lost-task-error", language: .swift, summary: "a task throws and nobody sees the error",
      rationale: """
        `Task.init` is marked `@discardableResult` even where its body throws. A `try` in the body of a task whose value
        nobody reads ends the task early and says nothing: not in a log, not in a crash.

        Catch the error in the body, await the task's value, or start it in a group that rethrows.

        Errors of `Task.sleep` and `Task.checkCancellation` are cancellations and do not count. A handle that is
        stored in a property or handed on may be awaited elsewhere: silent.
        """,
      bad: [
        """
        func upload(_ file: File) {
          Task { // !
            let token = try await authenticate()
            try await send(file, token)
          }
        }
        """,
        """
        func watch() async {
          let watcher = Task { // !
            for try await change in changes { apply(change) }
          }
          await stopped()
          watcher.cancel()
        }
        """,
        """
        func load() async -> Page {
          await withCheckedContinuation { continuation in
            Task { continuation.resume(returning: try await fetch()) } // !
          }
        }
        func receive() async {
          let task = Task { try await load() } // !
          await store.receive(\\.memo.task.failure)
          task.cancel()
        }
        """,
      ],
      good: [
        """
        func upload(_ file: File) async throws {
          let task = Task { try await send(file) }
          try await task.value
        }
        """,
        """
        func upload(_ file: File) {
          Task {
            do { try await send(file) } catch { log(error) }
            let answer = try? await confirm()
            try await Task.sleep(for: .seconds(1))
            show(answer)
          }
        }
        """,
        """
        func upload(_ file: File) -> Task<Void, any Error> {
          Task { try await send(file) }
        }
        """,
        """
        func upload(_ file: File) {
          Task(logging: .errors) { try await send(file) }
        }
        """,
        """
        func upload(_ file: File) {
          Task {
            do { try await send(file) } catch {
              log("not sent: \\(error)")
              throw error
            }
          }
        }
        """,
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for task in file.unstructuredTasks where task.isDiscarded || isOnlyCancelled(task) {
        guard task.hasLibraryLabels, let body = task.closures.last, let loss = body.firstUncaught else { continue }
        reports.report("this task may throw and nobody sees its error", at: task, notes: [("it may throw here", loss)])
      }
    }

    /// Whether the handle is kept in a local variable that is used to cancel and for nothing else.
    private static func isOnlyCancelled(_ task: FunctionCallExprSyntax) -> Bool {
      guard let initializer = task.parent?.as(InitializerClauseSyntax.self),
        let declared = initializer.parent?.as(PatternBindingSyntax.self),
        let name = declared.pattern.as(IdentifierPatternSyntax.self)?.identifier.text,
        let binding = declared.bindingAfterStatement(named: name), binding.kind == .local
      else { return false }
      return binding.uses.allSatisfy { use in
        guard let member = use.parent?.as(MemberAccessExprSyntax.self), member.base?.id == ExprSyntax(use).id else {
          return false
        }
        return ["cancel", "isCancelled"].contains(member.declName.baseName.text)
      }
    }
  }

  extension FunctionCallExprSyntax {
    /// Whether it can be one of the library's initialisers; others may do anything with an error.
    fileprivate var hasLibraryLabels: Bool {
      arguments.allSatisfy { argument in
        ["name", "priority", "executorPreference", "operation"].contains(argument.label?.text ?? "operation")
      }
    }
  }

  extension ClosureExprSyntax {
    /// The first `try`, `throw` or throwing loop whose error leaves the closure; cancellation does not count.
    var firstUncaught: Syntax? {
      var found: Syntax?
      statements.walkOwn { node in
        if found != nil { return .past }
        if let attempt = node.as(TryExprSyntax.self), attempt.questionOrExclamationMark == nil,
          !attempt.isCancellationCheck, !node.isCaught(within: self)
        {
          found = node
        } else if node.kind == .throwStmt && !node.isBelowReport || node.as(ForStmtSyntax.self)?.mayThrow == true,
          !node.isCaught(within: self)
        {
          found = node
        }
        return .into
      }
      return found
    }
  }

  extension ForStmtSyntax {
    /// Whether its sequence may throw: `try` may stand before one that does not.
    fileprivate var mayThrow: Bool {
      tryKeyword != nil && !["AsyncStream", "AsyncChannel", "Channel"].contains(sequence.binding?.typeName ?? "")
    }
  }

  extension TryExprSyntax {
    /// `try await Task.sleep(…)`, `try Task.checkCancellation()` and waits on clocks.
    fileprivate var isCancellationCheck: Bool {
      guard let call = expression.bare.as(FunctionCallExprSyntax.self), let name = call.calledName else { return false }
      return ["sleep", "checkCancellation", "delay"].contains(name)
    }
  }

  extension Syntax {
    /// Of a `throw` in a `catch` clause: whether a call before it in the clause was given the error.
    fileprivate var isBelowReport: Bool {
      guard let clause = ancestors.first(where: { $0.kind == .catchClause }) else { return false }
      return clause.hasOwnNode { node in
        node.position < position && node.as(DeclReferenceExprSyntax.self)?.baseName.text == "error"
          && node.ancestors.prefix { $0.id != clause.id }.contains { $0.kind == .functionCallExpr }
      }
    }

    /// Whether a `do` with a clause for every error stands around it.
    fileprivate func isCaught(within closure: ClosureExprSyntax) -> Bool {
      var child = self
      for node in ancestors {
        if node.id == closure.id { return false }
        if let statement = node.as(DoStmtSyntax.self), statement.body.id == CodeBlockSyntax(child)?.id,
          statement.catchClauses.contains(where: \.catchesEverything)
        {
          return true
        }
        child = node
      }
      return false
    }
  }

  extension CatchClauseSyntax {
    /// Whether it has no pattern, or one that fits every error.
    fileprivate var catchesEverything: Bool {
      catchItems.allSatisfy { item in
        item.whereClause == nil && (item.pattern?.is(ValueBindingPatternSyntax.self) ?? true)
      }
    }
  }
#endif
