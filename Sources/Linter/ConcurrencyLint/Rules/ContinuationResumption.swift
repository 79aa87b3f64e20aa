// A continuation that is resumed never, or twice.
#if Lint
  import SwiftSyntax

  enum ContinuationResumption: SwiftRule {
    static let description = RuleDescription(
      id: "continuation-resumption", language: .swift, summary: "a continuation is resumed twice or never on some path",
      rationale: """
        A continuation must be resumed exactly once. Never: the task waits for ever, and whatever it holds stays held.
        Twice: a checked continuation traps, an unsafe one corrupts memory.

        The paths through the closure are followed: branches, `guard`, `switch`, `return`, `throw`. What is handed to
        somebody else, or stored, is theirs: such a path counts as unknown. In a callback within the closure only a
        second resumption is reported, since it may run again, or another callback may resume.
        """,
      bad: [
        """
        func value() async -> Int {
          await withCheckedContinuation { continuation in
            load { result in
              if result == nil { continuation.resume(returning: 0) }
              continuation.resume(returning: result!) // !
            }
          }
        }
        """,
        """
        func open() async throws {
          try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in // !
            guard isReady else { return }
            connect { error in continuation.resume(with: result(error)) }
          }
        }
        """,
        """
        func forget() async {
          await withUnsafeContinuation { continuation in // !
            start()
          }
        }
        """,
      ],
      good: [
        """
        func value() async throws -> Int {
          try await withCheckedThrowingContinuation { continuation in
            load { value, error in
              if let error {
                continuation.resume(throwing: error)
                return
              }
              guard let value else { return continuation.resume(throwing: Missing()) }
              continuation.resume(returning: value)
            }
          }
        }
        """,
        """
        func next() async -> Int? {
          await withCheckedContinuation { continuation in
            lock.lock()
            if let value = buffer.first {
              lock.unlock()
              continuation.resume(returning: value)
            } else {
              waiters.append(continuation)
              lock.unlock()
            }
          }
        }
        """,
        """
        func ready() async {
          await withCheckedContinuation { continuation in
            connection.stateHandler = { state in
              switch state {
              case .ready: continuation.resume()
              case .waiting: break
              }
            }
          }
        }
        """,
      ])

    private static let functions = [
      "withCheckedContinuation", "withCheckedThrowingContinuation", "withUnsafeContinuation",
      "withUnsafeThrowingContinuation",
    ]

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for name in functions where file.isForeign(name) {
        for call in file.calls(named: name) {
          guard let body = call.closures.last else { continue }
          let continuation = body.parameterNames.first ?? "$0"
          if continuation != "_" { check(body, continuation, of: call, &reports) }
          if continuation == "_" { reports.report("this continuation is never resumed", at: call.calledExpression) }
        }
      }
    }

    private static func check(
      _ body: ClosureExprSyntax, _ name: String, of call: FunctionCallExprSyntax, _ reports: inout SwiftReports
    ) {
      var paths = ResumptionPaths(name: name)
      let outcome = paths.follow(body.statements)
      for second in paths.second { reports.report("`\(name)` has been resumed on this path already", at: second) }
      let ends = paths.ends.union(outcome)
      // A path on which nothing happened to it, in a body whose paths are all understood.
      if ends.contains(.untouched), !paths.isUnclear {
        reports.report(
          ends.isSubset(of: [.untouched, .left])
            ? "this continuation is never resumed" : "this continuation is not resumed on every path",
          at: call.calledExpression, notes: paths.untouchedEnd.map { [("this path ends without it", $0)] } ?? [])
      }
      // In callbacks: what is resumed twice in a row.
      body.statements.walk { node in
        guard let callback = node.as(ClosureExprSyntax.self) else { return .into }
        var paths = ResumptionPaths(name: name)
        _ = paths.follow(callback.statements)
        for second in paths.second { reports.report("`\(name)` has been resumed on this path already", at: second) }
        return .into
      }
    }
  }

  /// What may have happened to a continuation.
  private enum ResumptionState { case untouched, resumed, handedOn, left }

  /// Follows the paths of a body, with the set of what may have happened so far.
  private struct ResumptionPaths {
    let name: String
    /// Calls that resume again.
    var second: [FunctionCallExprSyntax] = []
    /// How paths end that leave the body early.
    var ends: Set<ResumptionState> = []
    /// Where a path ends on which nothing happened.
    var untouchedEnd: Syntax?
    /// Whether there is a construct whose paths are not followed.
    var isUnclear = false
    private var states: Set<ResumptionState> = [.untouched]

    init(name: String) { self.name = name }

    /// - Returns: what may have happened at the end of the list; empty if it is not reached.
    mutating func follow(_ list: CodeBlockItemListSyntax) -> Set<ResumptionState> {
      for item in list {
        if states.isEmpty { break }
        follow(item)
      }
      return states
    }

    private mutating func follow(_ item: CodeBlockItemSyntax) {
      switch item.item {
      case .stmt(let statement): follow(statement)
      case .expr(let expression): follow(expression)
      case .decl(let declaration): touch(Syntax(declaration))
      }
    }

    private mutating func follow(_ statement: StmtSyntax) {
      if let expression = statement.as(ExpressionStmtSyntax.self) { return follow(expression.expression) }
      if let guarded = statement.as(GuardStmtSyntax.self) {
        touch(Syntax(guarded.conditions))
        let before = states
        _ = follow(guarded.body.statements)
        states = before
      } else if let returned = statement.as(ReturnStmtSyntax.self) {
        returned.expression.map { follow($0) }
        end(at: Syntax(returned))
      } else if statement.is(ThrowStmtSyntax.self) || statement.is(BreakStmtSyntax.self)
        || statement.is(ContinueStmtSyntax.self) || statement.is(FallThroughStmtSyntax.self)
      {
        if !statement.is(ThrowStmtSyntax.self) { isUnclear = true }
        states = []
      } else if let scope = statement.as(DoStmtSyntax.self) {
        follow(scope)
      } else if statement.mentions(name) {
        // Loops, and `defer`.
        isUnclear = true
        states = [.handedOn]
      }
    }

    private mutating func follow(_ scope: DoStmtSyntax) {
      let before = states
      var after = follow(scope.body.statements)
      // An error may be thrown before or after anything in the body, but not by the resumption itself.
      let isSimple = !scope.catchClauses.isEmpty && scope.body.statements.resumesLast(name)
      for clause in scope.catchClauses {
        states = before
        if !isSimple, scope.body.mentions(name) { states = [.handedOn] }
        after.formUnion(follow(clause.body.statements))
      }
      states = after
    }

    private mutating func follow(_ expression: ExprSyntax) {
      let expression = expression.bare
      if let conditional = expression.as(IfExprSyntax.self) {
        follow(conditional)
      } else if let choice = expression.as(SwitchExprSyntax.self) {
        follow(choice)
      } else if let call = expression.as(FunctionCallExprSyntax.self), call.resumes(name) {
        touch(Syntax(call.arguments))
        if states.isSubset(of: [.resumed]) || states.contains(.resumed) && !states.contains(.handedOn) {
          second.append(call)
        }
        states = [.resumed]
      } else if let call = expression.as(FunctionCallExprSyntax.self), call.neverReturns {
        states = []
      } else {
        touch(Syntax(expression))
      }
    }

    private mutating func follow(_ conditional: IfExprSyntax) {
      touch(Syntax(conditional.conditions))
      let before = states
      var after = follow(conditional.body.statements)
      states = before
      switch conditional.elseBody {
      case .ifExpr(let next)?:
        follow(next)
        after.formUnion(states)
      case .codeBlock(let block)?: after.formUnion(follow(block.statements))
      case nil: after.formUnion(before)
      }
      states = after
    }

    private mutating func follow(_ choice: SwitchExprSyntax) {
      touch(Syntax(choice.subject))
      let before = states
      var after: Set<ResumptionState> = []
      for element in choice.cases {
        guard case .switchCase(let branch) = element else {
          isUnclear = true
          continue
        }
        states = before
        // `break` ends the branch and nothing else.
        if branch.statements.count == 1, branch.statements.first?.item.is(BreakStmtSyntax.self) == true {
          after.formUnion(before)
        } else {
          after.formUnion(follow(branch.statements))
        }
      }
      states = after
    }

    /// Something that is not followed: if it mentions the continuation, that is somebody else's now.
    private mutating func touch(_ node: Syntax) {
      if node.mentions(name) || node.as(DeclReferenceExprSyntax.self)?.baseName.text == name { states = [.handedOn] }
    }

    private mutating func end(at node: Syntax) {
      ends.formUnion(states)
      if states.contains(.untouched), untouchedEnd == nil { untouchedEnd = node }
      states = []
    }
  }

  extension SyntaxProtocol {
    fileprivate func mentions(_ name: String) -> Bool {
      hasNode { $0.as(DeclReferenceExprSyntax.self)?.baseName.text == name }
    }
  }

  extension CodeBlockItemListSyntax {
    /// Whether the continuation is touched by the last statement alone, which resumes it.
    fileprivate func resumesLast(_ name: String) -> Bool {
      guard let last, let call = ExprSyntax(last.item)?.bare.as(FunctionCallExprSyntax.self), call.resumes(name) else {
        return false
      }
      return !dropLast().contains { $0.mentions(name) }
    }
  }

  extension FunctionCallExprSyntax {
    fileprivate func resumes(_ name: String) -> Bool {
      calledName == "resume" && calledExpression.path == [name, "resume"]
    }

    fileprivate var neverReturns: Bool {
      ["fatalError", "preconditionFailure", "exit", "abort"].contains(calledName ?? "") && isFree
    }
  }
#endif
