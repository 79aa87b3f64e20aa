// A select with too many cases.
#if Lint
  import SwiftSyntax

  enum CrowdedSelect: SwiftRule {
    static let description = RuleDescription(
      id: "crowded-select", language: .swift, summary: "a select has more than five cases",
      rationale: """
        A process that waits for many things at once has as many states as there are orders in which they come. With
        more than five cases, that is worth a note; with more than ten, a warning: split the process, merge the
        channels of one kind into one, or let a `Selector` keep cases that come and go.
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
        }
        """
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for call in file.calls(named: "select") where call.isFree && call.isAwaited {
        let cases = call.arguments.count { $0.label == nil }
        guard cases > 5 else { continue }
        reports.report(
          "this select waits for \(cases) things at once", at: call.calledExpression, severity: cases > 10 ? nil : .note
        )
      }
    }
  }
#endif
