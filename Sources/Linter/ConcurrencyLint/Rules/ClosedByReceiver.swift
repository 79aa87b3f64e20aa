// A channel that the wrong side closes.
#if Lint
  import SwiftSyntax

  enum ClosedByReceiver: SwiftRule {
    static let description = RuleDescription(
      id: "closed-by-receiver", language: .swift, summary: "a channel is closed by its receiver, or in two places",
      rationale: """
        Who closes a channel says that no more will be sent, and only the sender knows that. If the receiver closes
        it, a sender that is under way fails, or its value is dropped. If two close it, neither knows whether the
        other is done.

        Let one sender close, after its last send; with several senders, let whoever waits for all of them close. A
        receiver that has had enough cancels the senders or drops its half.

        A close that comes before the closer's own receive is passed over: it empties what is left.

        Reported for channels and streams that are made in a local variable, where one function or closure receives and
        closes, and another one sends; or where two that run by themselves close, or each of the tasks that a loop starts.
        """,
      bad: [
        """
        func run() async throws {
          let jobs = Channel<Int>(.rendezvous)
          await withNursery { nursery in
            nursery.start { for number in 0..<9 { try await jobs.send(number) } }
            nursery.start {
              for await job in jobs where job == 3 {
                jobs.close() // !
              }
            }
          }
        }
        """,
        """
        func merge() async {
          let output = Channel<Int>(.rendezvous)
          await withTaskGroup(of: Void.self) { group in
            group.addTask {
              await output.send(1)
              output.close()
            }
            group.addTask {
              await output.send(2)
              output.close() // !
            }
            for await value in output { print(value) }
          }
        }
        """,
        """
        func read(_ sources: [Source]) -> Channel<String> {
          let lines = Channel<String>(.rendezvous)
          for source in sources {
            Task {
              defer { lines.close() } // !
              for try await line in source.lines { try await lines.send(line) }
            }
          }
          return lines
        }
        """,
      ],
      good: [
        """
        func run() async throws {
          let jobs = Channel<Int>(.rendezvous)
          await withNursery { nursery in
            nursery.start {
              for number in 0..<9 { try await jobs.send(number) }
              jobs.close()
            }
            nursery.start { for await job in jobs { handle(job) } }
          }
        }
        """,
        """
        func read(_ sources: [Source]) -> Channel<String> {
          let lines = Channel<String>(.rendezvous), left = Lock(sources.count)
          for source in sources {
            Task {
              for try await line in source.lines { try await lines.send(line) }
              if left.takeOne() == 0 { lines.close() }
            }
          }
          return lines
        }
        """,
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      var seen: Set<SyntaxIdentifier> = []
      for close in file.calls(named: "close", "finish") {
        guard let channel = close.receiver?.binding, channel.kind == .local,
          channel.isChannel || channel.stream != nil,
          seen.insert(channel.node.id).inserted
        else { continue }
        let uses = ChannelUses(channel.uses + (channel.stream?.uses ?? []))
        for closer in uses.closers {
          let activity = closer.activity
          // Who closes first and receives then has waited for the senders, or empties what is left.
          let isReceiver = uses.receivers.contains { $0.activity == activity && $0.position < closer.position }
          let sendsHere = uses.senders.contains { $0.activity == activity }
          if isReceiver, !sendsHere, !uses.senders.isEmpty {
            reports.report("`\(channel.name)` is closed by the one who receives from it", at: closer)
          }
        }
        guard channel.isChannel else { continue }
        // Two that start by themselves, and both send and close.
        let owners = uses.closers.filter { closer in
          guard let function = closer.enclosingFunction, function.isBodyOfTask else { return false }
          return uses.senders.contains { $0.enclosingFunction?.id == function.id }
        }
        if owners.count > 1, Set(owners.compactMap { $0.enclosingFunction?.id }).count > 1 {
          reports.report(
            "`\(channel.name)` is closed in two places that run side by side", at: owners[owners.count - 1],
            notes: [("and here", owners[0])])
        } else if let owner = owners.first(where: { $0.closesAlways(inLoopOutside: channel.node) }) {
          reports.report("`\(channel.name)` is closed by each of the tasks that the loop starts", at: owner)
        }
      }
    }
  }

  /// What is done with a channel.
  private struct ChannelUses {
    var closers: [FunctionCallExprSyntax] = [], senders: [Syntax] = [], receivers: [Syntax] = []

    init(_ uses: [DeclReferenceExprSyntax]) {
      for use in uses {
        if let loop = use.ancestors.first(where: { $0.kind != .awaitExpr && $0.kind != .tryExpr })?.as(
          ForStmtSyntax.self),
          ExprSyntax(use).isInside(loop.sequence) || loop.sequence.id == ExprSyntax(use).id
        {
          // The loop's body runs where the loop stands.
          receivers.append(Syntax(loop))
          continue
        }
        guard let member = use.parent?.as(MemberAccessExprSyntax.self), member.base?.id == ExprSyntax(use).id else {
          continue
        }
        let call = member.parent?.as(FunctionCallExprSyntax.self)
        switch member.declName.baseName.text {
        case "close", "finish": call.map { closers.append($0) }
        case "send", "trySend", "sendBlocking", "yield", "sending": senders.append(Syntax(member))
        case "receive", "tryReceive", "receiveBlocking", "receiving", "makeAsyncIterator":
          receivers.append(Syntax(member))
        default: break
        }
      }
    }
  }

  extension Binding {
    fileprivate var isChannel: Bool { ["Channel", "AsyncChannel", "AsyncThrowingChannel"].contains(typeName ?? "") }

    /// For the continuation of a stream that was made beside it, the stream.
    fileprivate var stream: Binding? {
      guard place == 1, initializer?.bare.as(FunctionCallExprSyntax.self)?.calledName == "makeStream" else {
        return nil
      }
      return beside(0)
    }
  }

  extension FunctionCallExprSyntax {
    /// Whether the body of a task that a loop starts ends with it on every path, and the loop is past the declaration.
    fileprivate func closesAlways(inLoopOutside declaration: some SyntaxProtocol) -> Bool {
      guard let body = enclosingFunction?.as(ClosureExprSyntax.self) else { return false }
      // Its statement, or the `defer` that has it.
      let steps = ancestors.prefix { $0.id != body.id }.map(\.kind)
      let isUnconditional = steps.allSatisfy {
        [.codeBlockItem, .codeBlockItemList, .codeBlock, .deferStmt, .awaitExpr, .tryExpr].contains($0)
      }
      let loop = body.ancestors.prefix { !$0.kind.isBoundary || $0.isBodyOfTask }.first { $0.kind.isLoop }
      return isUnconditional && loop.map { !declaration.isInside($0) } ?? false
    }
  }

  extension SyntaxProtocol {
    /// What it runs in: the closest body of a task around it, or function; other closures run as part of that.
    fileprivate var activity: SyntaxIdentifier? {
      ancestors.first { node in
        node.kind.isFunction && (node.kind != .closureExpr || node.isBodyOfTask)
      }?.id
    }
  }

  extension Syntax {
    /// Whether it is the closure that a task runs.
    fileprivate var isBodyOfTask: Bool {
      guard let call = self.as(ClosureExprSyntax.self)?.callTaking else { return false }
      return call.isUnstructuredTask || call.isSpawn
    }
  }
#endif
