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
        """
        var body: some View {
          List(items) { Row($0) }.refreshable { Task { await load() } } // !
        }
        func observe() {
          center.addObserver(forName: .changed, object: nil, queue: nil) { _ in
            Task { await load() } // !
          }
          Task { dataLoader.resume() } // !
          Task { Telemetry.signal("opened") } // !
          Task { // !
            await withCheckedContinuation { continuation in wait { continuation.resume(returning: 1) } }
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
        func load() async -> Int {
          await withCheckedContinuation { continuation in
            Task { continuation.resume(returning: await fetch()) }
          }
        }
        func pause() async {
          await withUnsafeContinuation { waiting in
            Task {
              await fetch()
              waiting.resume()
            }
          }
        }
        """,
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for task in file.unstructuredTasks where task.isDiscarded && !tellsItsEnd(task) {
        reports.report("nobody owns this task: no handle is kept, so it can be neither awaited nor cancelled", at: task)
      }
    }

    private static let endings: Set<String> = [
      "leave", "fulfill", "fulfil", "succeed", "exit", "_exit", "countDown", "arrive",
    ]

    /// Whether somebody hears of the task's end, or the process ends with it.
    private static func tellsItsEnd(_ task: FunctionCallExprSyntax) -> Bool {
      task.closures.contains { body in
        body.hasNode { node in
          node.as(FunctionCallExprSyntax.self).map { tellsEnd($0, of: body) } == true
        }
      }
    }

    /// Whether the call tells somebody outside the body that it has ended. Names that much else has as well count in
    /// the form alone that semaphores, promises and continuations give them.
    private static func tellsEnd(_ call: FunctionCallExprSyntax, of body: ClosureExprSyntax) -> Bool {
      guard let name = call.calledName else { return false }
      switch name {
      case "signal": return call.arguments.isEmpty && call.receiver != nil
      case "fail", "complete": return call.arguments.first.map { $0.label == nil } == true
      case "resume":
        let continuation = call.receiver?.binding?.node.as(ClosureExprSyntax.self)
        if let continuation, continuation.isContinuationBody { return !continuation.isInside(body) }
        return call.arguments.contains { ["returning", "throwing", "with"].contains($0.label?.text) }
          || call.receiver?.path?.last?.lowercased().hasSuffix("continuation") == true
          || call.receiver?.binding?.typeName?.hasSuffix("Continuation") == true
      default: return endings.contains(name) || name.hasPrefix("completeWith")
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
