// A select with too many cases.
#if Lint
  import SwiftSyntax

  enum CrowdedSelect: SwiftRule {
    static let description = RuleDescription(
      id: "crowded-select", language: .swift, summary: "a select has more than five cases",
      rationale: """
        A process that waits for many things at once has as many states as there are orders in which they come. With
        more than five cases, that is worth a note; with more than ten, a warning: split the process, merge the
        channels of one kind into one, or let a `Selector` keep cases that come and go. An order among the cases, as
        its first argument, is none.
        """,
      bad: [
        """
        func serve() async throws {
          switch try await select( // !
            one.receiving, two.receiving, three.receiving, four.receiving, five.receiving, after(.seconds(1)))
          {
          default: break
          }
        }
        """
      ],
      good: [
        """
        func serve() async throws {
          switch try await select(requests.receiving, stop.receiving, after(.seconds(30))) {
          default: break
          }
          let ready = select(count, &readers, &writers, &errors, &timeout, extra)
          use(ready)
          switch try await select(
            .inOrder, one.receiving, two.receiving, three.receiving, four.receiving, five.receiving)
          {
          default: break
          }
        }
        """
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for call in file.calls(named: "select") where call.isFree && call.isAwaited {
        let isOrdered = call.arguments.first.map { $0.label == nil && !$0.expression.isCase } ?? false
        let cases = call.arguments.count { $0.label == nil } - (isOrdered ? 1 : 0)
        guard cases > 5 else { continue }
        reports.report(
          "this select waits for \(cases) things at once", at: call.calledExpression, severity: cases > 10 ? nil : .note
        )
      }
    }
  }

  extension ExprSyntax {
    /// Whether it can be a case: something is called, or asked of a value. Otherwise it is a name, or `.inOrder`.
    fileprivate var isCase: Bool {
      let called = self.as(FunctionCallExprSyntax.self)?.calledExpression ?? self
      if called.id != id, called.is(DeclReferenceExprSyntax.self) { return true }
      return called.as(MemberAccessExprSyntax.self)?.base != nil
    }
  }
#endif
