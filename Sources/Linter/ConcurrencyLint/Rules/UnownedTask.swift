// A task that is started and let go.
#if Lint
  import SwiftSyntax

  enum UnownedTask: SwiftRule {
    static let description = RuleDescription(
      id: "unowned-task", language: .swift, summary: "a task is started and nobody owns its handle",
      rationale: """
        The handle of `Task { … }`, `Task.detached { … }` or `Task.immediate { … }` is dropped. Nobody can wait for the
        task, cancel it or hear of its failure; it may outlive everything that it uses. It is the `goto` of concurrency:
        control goes somewhere and does not come back.

        Start it in a task group or a nursery, keep the handle and cancel it, return it, or await its value. Where the
        lifetime is bounded by other means, say so: `// martlet: owned by <who> <why>`.

        Silent where the task tells a semaphore, group, promise, continuation or expectation that it has ended, where it
        ends the process, and where the value may be what a closure returns.
        """,
      acceptsContract: true,
      bad: [
        """
        final class Session {
          func open() {
            Task { await connect() } // !
          }
          func close() {
            Task.detached(priority: .background) { await self.flush() } // !
          }
        }
        """,
        """
        func refresh() async {
          _ = Task<Void, Never> { // !
            await load()
          }
          button.onTap = { _ in
            Task.immediate { await load() } // !
          }
        }
        """,
      ],
      good: [
        """
        final class Session {
          private var opening: Task<Void, Never>?
          func open() { opening = Task { await connect() } }
          func closing() -> Task<Void, Never> { Task { await flush() } }
          func reopen() async { await Task { await connect() }.value }
        }
        """,
        """
        func fetchAll(_ addresses: [String]) async {
          await withTaskGroup(of: Void.self) { group in
            for address in addresses { group.addTask { await fetch(address) } }
          }
          let tasks = addresses.map { address in Task { await fetch(address) } }
          for task in tasks { await task.value }
        }
        """,
        """
        func runBlocking(_ body: @escaping @Sendable () async -> Void) {
          let ended = DispatchSemaphore(value: 0)
          Task {
            await body()
            ended.signal()
          }
          ended.wait()
        }
        """,
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for task in file.unstructuredTasks where task.isDiscarded && !tellsItsEnd(task) {
        reports.report("nobody owns this task: no handle is kept, so it can be neither awaited nor cancelled", at: task)
      }
    }

    private static let endings: Set<String> = [
      "signal", "leave", "fulfill", "fulfil", "succeed", "fail", "resume", "completeWith", "complete", "exit", "_exit",
      "countDown",
      "arrive",
    ]

    /// Whether somebody hears of the task's end, or the process ends with it.
    private static func tellsItsEnd(_ task: FunctionCallExprSyntax) -> Bool {
      task.closures.contains { body in
        body.hasNode { node in
          guard let call = node.as(FunctionCallExprSyntax.self), let name = call.calledName else { return false }
          return endings.contains(name) || name.hasPrefix("completeWith")
        }
      }
    }
  }

  extension SwiftFile {
    /// `Task {}`, `Task.detached {}` and their spellings, unless the file has a `Task` of its own.
    var unstructuredTasks: [FunctionCallExprSyntax] {
      guard isForeign("Task") else { return [] }
      return calls(named: "Task", "detached", "immediate", "immediateDetached", "init").filter(\.isUnstructuredTask)
    }
  }
#endif
