// A consumer that leaves, and a producer that does not hear of it.
#if Lint
  import SwiftSyntax

  enum EarlyExitFromStream: SwiftRule {
    static let description = RuleDescription(
      id: "early-exit-from-stream", language: .swift, summary: "a loop leaves a stream and its producer goes on",
      rationale: """
        `break` or `return` inside `for await` stops the consumer. A producer that fills the stream from a task of its
        own hears nothing of it: it goes on to its end, into a buffer that nobody empties, or waits in a send for
        ever.

        Cancel the producer after the loop, set `onTermination`, or start both in one group and cancel the group.

        Reported where stream, producer and loop stand in one function.
        """,
      bad: [
        """
        func firstMatch() async -> Int? {
          let (numbers, output) = AsyncStream.makeStream(of: Int.self)
          let producer = Task {
            for number in 0..<1_000_000 { output.yield(number) }
            output.finish()
          }
          for await number in numbers { // !
            if number > 100 { return number }
          }
          await producer.value
          return nil
        }
        """,
        """
        func firstLine() async {
          let lines = AsyncStream<String> { output in
            Task {
              while let line = await read() { output.yield(line) }
            }
          }
          for await line in lines { // !
            print(line)
            break
          }
        }
        """,
      ],
      good: [
        """
        func firstMatch() async -> Int? {
          let (numbers, output) = AsyncStream.makeStream(of: Int.self)
          let producer = Task {
            for number in 0..<1_000_000 { output.yield(number) }
            output.finish()
          }
          defer { producer.cancel() }
          for await number in numbers {
            if number > 100 { return number }
          }
          return nil
        }
        """,
        """
        func firstLine() async {
          let lines = AsyncStream<String> { output in
            let reader = Task { while let line = await read() { output.yield(line) } }
            output.onTermination = { _ in reader.cancel() }
          }
          for await line in lines {
            print(line)
            break
          }
        }
        """,
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for loop in file.forLoops where loop.awaitKeyword != nil && loop.leavesEarly {
        guard let stream = loop.sequence.binding, stream.kind == .local, let producer = stream.producer,
          let list = stream.scope.as(CodeBlockItemListSyntax.self), !isStopped(producer, in: list)
        else { continue }
        reports.report(
          "this loop may leave `\(stream.name)` before its end, and the producer goes on", at: loop.forKeyword,
          notes: [("the producer", producer)])
      }
    }

    /// Whether the function cancels anything, sets `onTermination`, or checks in the producer whether somebody listens.
    private static func isStopped(_ producer: FunctionCallExprSyntax, in list: CodeBlockItemListSyntax) -> Bool {
      list.hasNode { node in
        guard let member = node.as(MemberAccessExprSyntax.self) else { return false }
        return ["cancel", "cancelAll", "onTermination", "terminated", "close"].contains(member.declName.baseName.text)
      }
    }
  }

  extension ForStmtSyntax {
    /// Whether the loop's body may end the loop.
    fileprivate var leavesEarly: Bool {
      body.hasOwnNode { node in
        if node.kind == .returnStmt { return true }
        guard let exit = node.as(BreakStmtSyntax.self) else { return false }
        guard exit.label == nil else { return true }
        // Of this loop, and not of a switch or another loop inside it.
        return node.ancestors.first { $0.kind.isLoop || $0.kind == .switchExpr }?.id == Syntax(self).id
      }
    }
  }

  extension Binding {
    /// The task in this function that yields into the stream.
    fileprivate var producer: FunctionCallExprSyntax? {
      guard let call = initializer?.bare.as(FunctionCallExprSyntax.self), let path = call.calledExpression.path,
        ["AsyncStream", "AsyncThrowingStream"].contains(path.first ?? "")
      else { return nil }
      if call.calledName == "makeStream" {
        guard place == 0, let output = beside(1)?.name else { return nil }
        return Self.task(in: scope, yieldingTo: output)
      }
      guard let build = call.closures.last else { return nil }
      return Self.task(in: Syntax(build), yieldingTo: build.parameterNames.first ?? "$0")
    }

    private static func task(in scope: Syntax, yieldingTo output: String) -> FunctionCallExprSyntax? {
      var found: FunctionCallExprSyntax?
      scope.walk { node in
        guard found == nil, let call = node.as(FunctionCallExprSyntax.self), call.isUnstructuredTask else {
          return .into
        }
        let yieldsInLoop = call.hasNode { inner in
          inner.as(FunctionCallExprSyntax.self)?.calledExpression.path == [output, "yield"]
            && inner.ancestors.contains { $0.kind.isLoop && $0.isInside(call) }
        }
        if yieldsInLoop { found = call }
        return .into
      }
      return found
    }
  }
#endif
