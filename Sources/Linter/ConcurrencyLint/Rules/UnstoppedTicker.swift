// A timer that repeats for as long as the process runs.
#if Lint
  import SwiftSyntax

  enum UnstoppedTicker: SwiftRule {
    static let description = RuleDescription(
      id: "unstopped-ticker", language: .swift, summary: "a repeating timer is not tied to a scope",
      rationale: """
        A repeating timer keeps its callback, and what that captures, until it is invalidated or cancelled. One whose
        handle is dropped, or kept in a private property that nothing in the file stops, ticks until the process ends.

        Keep the handle and stop it where its owner ends, or use `withTicker`, whose end stops it.

        Martlet's `Ticker` stops when it goes out of scope, and is passed over.
        """,
      bad: [
        """
        final class Monitor {
          private var source: DispatchSourceTimer?
          func start() {
            Timer.scheduledTimer(withTimeInterval: 1, repeats: true) { _ in self.sample() } // !
            Timer.scheduledTimer(withTimeInterval: 1, repeats: true) { _ in // !
              if self.isDone { self.other?.invalidate() }
            }
            source = DispatchSource.makeTimerSource(queue: queue) // !
            source?.schedule(deadline: .now(), repeating: 1)
            source?.resume()
          }
        }
        """
      ],
      good: [
        """
        final class Monitor {
          private var source: DispatchSourceTimer?
          private var timer: Timer?
          func start() {
            timer = Timer.scheduledTimer(withTimeInterval: 1, repeats: true) { _ in self.sample() }
            source = DispatchSource.makeTimerSource(queue: queue)
            Timer.scheduledTimer(withTimeInterval: 1, repeats: false) { _ in self.sample() }
            Timer.scheduledTimer(withTimeInterval: 1, repeats: true) { timer in
              if self.isDone { timer.invalidate() }
            }
          }
          deinit {
            timer?.invalidate()
            source?.cancel()
          }
        }
        """
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for call in file.calls(named: "scheduledTimer") {
        guard call.receiver?.path?.last == "Timer", call.argument("repeats")?.trimmedDescription == "true",
          !call.closures.contains(where: \.stopsParameter)
        else { continue }
        if call.isDiscarded {
          reports.report("this timer repeats for ever: nobody keeps it to invalidate it", at: call)
        }
        if let owner = call.privateOwner, !owner.scope.stops(owner.name) {
          reports.report("this timer repeats for ever: nothing invalidates `\(owner.name)`", at: call)
        }
      }
      for call in file.calls(named: "makeTimerSource") where call.receiver?.path == ["DispatchSource"] {
        guard let owner = call.privateOwner, !owner.scope.stops(owner.name), owner.scope.repeats(owner.name) else {
          continue
        }
        reports.report("this timer repeats for ever: nothing cancels `\(owner.name)`", at: call)
      }
    }
  }

  extension FunctionCallExprSyntax {
    /// The private property that it is assigned to.
    fileprivate var privateOwner: Binding? {
      guard let list = parent?.as(ExprListSyntax.self), list.count == 3, list.last?.id == ExprSyntax(self).id,
        let owner = list.first?.binding, owner.kind == .property,
        let variable = owner.node.ancestors.first(where: { $0.kind == .variableDecl })?.as(VariableDeclSyntax.self),
        variable.modifiers.contains(where: { ["private", "fileprivate"].contains($0.name.text) && $0.detail == nil })
      else { return nil }
      return owner
    }
  }

  extension ClosureExprSyntax {
    /// Whether it ends the timer that it is given.
    fileprivate var stopsParameter: Bool { (parameterNames + ["$0"]).contains { $0 != "_" && statements.stops($0) } }
  }

  extension SyntaxProtocol {
    /// Whether something in it ends the timer of this name; one that is handed on counts as ended.
    fileprivate func stops(_ name: String) -> Bool {
      hasNode { node in
        if let member = node.as(MemberAccessExprSyntax.self),
          ["cancel", "invalidate"].contains(member.declName.baseName.text)
        {
          return member.base == nil || member.base?.path.map { $0.last == name } ?? true
        }
        // An argument, `let timer = self.timer`, `if let timer`: whoever has it may end it.
        guard node.as(DeclReferenceExprSyntax.self)?.baseName.text == name else {
          return node.as(OptionalBindingConditionSyntax.self)?.pattern.trimmedDescription == name
        }
        let use =
          node.parent?.is(MemberAccessExprSyntax.self) == true
            && node.parent?.as(MemberAccessExprSyntax.self)?.base?.path == ["self"]
          ? node.parent! : node
        return use.parent?.is(LabeledExprSyntax.self) == true || use.parent?.is(InitializerClauseSyntax.self) == true
          || use.parent?.is(ReturnStmtSyntax.self) == true
      }
    }

    fileprivate func repeats(_ name: String) -> Bool {
      hasNode { node in
        guard let call = node.as(FunctionCallExprSyntax.self), call.calledName == "schedule" else { return false }
        return call.receiver?.variableName == name && call.argument("repeating") != nil
          && call.argument("repeating")?.lastName != "never"
      }
    }
  }
#endif
