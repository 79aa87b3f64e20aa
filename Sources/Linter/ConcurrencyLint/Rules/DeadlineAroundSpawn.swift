// A deadline around the start of a task, and not around the task.
#if Lint
  import SwiftSyntax

  enum DeadlineAroundSpawn: SwiftRule {
    static let description = RuleDescription(
      id: "deadline-around-spawn", language: .swift,
      summary: "a deadline or shield stands around a spawn instead of around the scope",
      rationale: """
        A child belongs to the scope that waits for it. A deadline or a shield around the call that starts it covers the
        call, which takes no time, and not the child. Trio's documentation warns of it twice, SE-0504 of shields around
        `addTask`.

        Put the deadline around the whole scope, or inside the child.

        Reported where the closure starts children of a scope outside it, or unstructured tasks, and waits for nothing.
        """,
      bad: [
        """
        func fetchAll() async throws {
          try await withNursery { nursery in
            try await withDeadline(in: .seconds(1)) { // !
              try nursery.start { try await fetch() }
            }
          }
          try await withThrowingTaskGroup(of: Void.self) { group in
            for page in pages {
              withTaskCancellationShield { // !
                group.addTask { try await fetch(page) }
              }
            }
          }
        }
        """
      ],
      good: [
        """
        func fetchAll() async throws {
          try await withDeadline(in: .seconds(1)) {
            try await withNursery { nursery in
              try nursery.start { try await fetch() }
            }
          }
          try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await withDeadline(in: .seconds(1)) { try await fetch() } }
            try await withTimeout(.seconds(3)) {
              group.addTask { try await fetch() }
              try await group.next()
            }
          }
        }
        """
      ])

    private static let scopes = [
      "withDeadline", "withTimeout", "withTaskCancellationShield", "withShield", "withCancelScope", "shielded",
      "withTimeLimit",
    ]

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for scope in scopes.flatMap({ file.calls[$0] ?? [] }) {
        guard let body = scope.closures.last, !body.statements.isEmpty else { continue }
        var spawn: FunctionCallExprSyntax?, waits = false
        body.statements.walkOwn { node in
          if let call = node.as(FunctionCallExprSyntax.self), spawn == nil {
            if call.isUnstructuredTask, call.isDiscarded { spawn = call }
            if call.isSpawn, call.receiver?.path != nil,
              !(call.receiver?.binding.map { $0.scope.isInside(body) } ?? false)
            {
              spawn = call
            }
          }
          if node.isSuspension { waits = true }
          return .into
        }
        guard let spawn, !waits else { continue }
        reports.report(
          "`\(scope.calledName!)` covers the start of the task and not the task", at: scope.calledExpression,
          notes: [("the task is started here", spawn)])
      }
    }
  }

  extension FunctionCallExprSyntax {
    /// Whether a child of a group or nursery is started: `group.addTask {}`, `nursery.start {}`.
    var isSpawn: Bool {
      guard let name = calledName, receiver != nil, !closures.isEmpty else { return false }
      return [
        "addTask", "addTaskUnlessCancelled", "addImmediateTask", "addImmediateTaskUnlessCancelled", "start",
        "startSoon",
        "spawn",
      ].contains(name)
    }
  }
#endif
