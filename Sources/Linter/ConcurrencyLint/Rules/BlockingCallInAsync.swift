// A call that holds its thread, where every thread is needed.
#if Lint
  import SwiftSyntax

  enum BlockingCallInAsync: SwiftRule {
    static let description = RuleDescription(
      id: "blocking-call-in-async", language: .swift, summary: "async code blocks its thread",
      rationale: """
        The threads of the concurrent executor are as many as the machine has cores. A call that waits in the kernel
        or on a semaphore keeps one of them from all other tasks, and where the thread that would end the wait is
        never free, the program stops.

        Wait with `await`: `Task.sleep`, a channel, a continuation. Move what must block to a thread of its own.

        Names are followed within the file; a `wait()` on something of unknown type is passed over. Blocking calls
        inside closures that are not async, and in `defer`, where nothing can be awaited before Swift 6.4, are passed
        over; so are event loops that tests drive by hand.
        """,
      bad: [
        """
        let gate = DispatchSemaphore(value: 1)
        func save(_ url: URL) async throws {
          Thread.sleep(forTimeInterval: 0.1) // !
          gate.wait() // !
          let old = try Data(contentsOf: url) // !
          DispatchQueue.main.sync { show(old) } // !
        }
        """,
        """
        func serve() {
          let server = Task {
            usleep(100) // !
            process.waitUntilExit() // !
            try promise.futureResult.wait() // !
          }
          keep(server)
        }
        """,
        """
        func read(_ queue: DispatchQueue) async throws -> Data? {
          let head = try handle.read(upToCount: 16) // !
          try await withCheckedThrowingContinuation { continuation in
            queue.sync { connect(head) { continuation.resume(with: $0) } } // !
          }
          return try handle.readToEnd() // !
        }
        """,
      ],
      good: [
        """
        func save(_ gate: AsyncSemaphore) async throws {
          await gate.wait()
          try await Task.sleep(for: .seconds(1))
          queue.async { Thread.sleep(forTimeInterval: 1) }
          let old = try await load()
          let answer = try await promise.futureResult.get()
          let rest = try await bytes.readToEnd()
          show(old, answer, rest)
        }
        func sleepingThread() { Thread.sleep(forTimeInterval: 1) }
        """
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      let candidates = file.calls(
        named: "wait", "sleep", "usleep", "nanosleep", "sync", "Data", "String", "waitUntilExit", "readLine",
        "readDataToEndOfFile", "readToEnd", "read", "readData", "syncShutdownGracefully", "pthread_join")
      for call in candidates {
        guard let reason = call.blocking(in: file), let function = call.enclosingFunction,
          function.isAsync || function.as(ClosureExprSyntax.self)?.isContinuationBody == true,
          !call.isAwaited, !call.ancestors.contains(where: { $0.kind == .deferStmt })
        else { continue }
        reports.report("this call blocks its thread: \(reason)", at: call, fix: call.sleepFix(in: function))
      }
    }
  }

  extension FunctionCallExprSyntax {
    /// What to do instead, if it is known that the call blocks.
    fileprivate func blocking(in file: SwiftFile) -> String? {
      let path = calledExpression.path ?? []
      switch calledName {
      case "sleep" where path.suffix(2) == ["Thread", "sleep"]: return "use `try await Task.sleep`"
      case "sleep", "usleep", "nanosleep":
        guard isFree, arguments.count <= 2, arguments.allSatisfy({ $0.label == nil }), closures.isEmpty,
          let name = path.first, file.isForeign(name), Syntax(self).binding(named: name) == nil
        else { return nil }
        return "use `try await Task.sleep`"
      case "wait":
        if path.suffix(2) == ["futureResult", "wait"] { return file.drivesLoops ? nil : "use `try await …get()`" }
        guard let type = receiver?.binding?.typeName ?? made else { return nil }
        switch type {
        case "DispatchSemaphore", "DispatchGroup", "NSCondition", "NSConditionLock": return "a \(type) holds the thread"
        case "EventLoopFuture": return "use `try await …get()`"
        default: return nil
        }
      case "sync":
        guard path.first == "DispatchQueue" || receiver?.binding?.typeName == "DispatchQueue" else { return nil }
        return "use an actor, or `queue.async` with a continuation"
      case "Data" where isFree && argument("contentsOf") != nil,
        "String" where isFree && (argument("contentsOf") != nil || argument("contentsOfFile") != nil),
        "readDataToEndOfFile",
        "readToEnd" where receiver != nil && arguments.isEmpty && closures.isEmpty,
        "read" where argument("upToCount") != nil, "readData" where argument("ofLength") != nil:
        return "it reads a file or the network synchronously"
      case "readLine" where isFree && file.isForeign("readLine"): return "it waits for input"
      case "waitUntilExit": return "wait for the termination handler with a continuation"
      case "syncShutdownGracefully": return file.drivesLoops ? nil : "use `try await …shutdownGracefully()`"
      case "pthread_join": return "it waits for a thread"
      default: return nil
      }
    }

    /// The type of `Type(…).wait()`.
    private var made: String? {
      receiver?.as(FunctionCallExprSyntax.self)?.calledExpression.path?.last { $0.first?.isUppercase == true }
    }

    /// Whether `await` stands before the statement's expression: the function called is then an async one of that name.
    var isAwaited: Bool {
      for node in ancestors {
        if node.kind == .awaitExpr { return true }
        if node.kind == .codeBlockItem || node.kind.isBoundary || node.kind == .labeledExpr { return false }
      }
      return false
    }

    /// `Thread.sleep(forTimeInterval: x)` as a statement, where the function throws: the same wait, which also ends
    /// when the task is cancelled.
    fileprivate func sleepFix(in function: Syntax) -> Fix? {
      guard calledExpression.path == ["Thread", "sleep"], let seconds = argument("forTimeInterval"),
        parent?.is(CodeBlockItemSyntax.self) == true,
        function.as(FunctionDeclSyntax.self)?.signature.effectSpecifiers?.throwsClause != nil
      else { return nil }
      return Fix(
        title: "Wait with `Task.sleep`",
        edits: [.init(span: span, replacement: "try await Task.sleep(for: .seconds(\(seconds.trimmedDescription)))")])
    }
  }

  extension SwiftFile {
    /// Whether it uses SwiftNIO's event loops for tests, on which nothing has to be waited for.
    fileprivate var drivesLoops: Bool {
      text.contains("TestingEventLoop") || text.contains("EmbeddedEventLoop")
    }
  }
#endif
