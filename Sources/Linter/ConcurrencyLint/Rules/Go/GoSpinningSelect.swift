// A loop that burns a processor while it waits.
#if Lint
  import GoSyntax

  enum GoSpinningSelect: GoRule {
    static let description = RuleDescription(
      id: "go-spinning-select", language: .go, summary: "a loop spins over a select whose default does nothing",
      rationale: """
        With an empty `default` the `select` never waits: while no case is ready the loop goes round as fast as it can
        and takes a whole processor for nothing.

        Leave the `default` out, so that the `select` waits. Silent where the loop does something else in each turn, or
        counts its turns.
        """,
      bad: [
        """
        package watch

        func Watch(stop chan bool, lines chan string) {
          for {
            select { // !
            case line := <-lines:
              println(line)
            case <-stop:
              return
            default:
            }
          }
        }
        """
      ],
      good: [
        """
        package watch

        import "time"

        func Watch(stop chan bool, lines chan string) {
          for {
            select {
            case line := <-lines:
              println(line)
            case <-stop:
              return
            }
          }
        }

        func Work(stop chan bool) {
          for {
            select {
            case <-stop:
              return
            default:
            }
            step()
          }
        }

        func Poll(stop chan bool) {
          for {
            select {
            case <-stop:
              return
            default:
              time.Sleep(time.Second)
            }
          }
        }

        func Offer(lines chan string) {
          for i := 0; i < 10; i++ {
            select {
            case lines <- "more":
            default:
            }
          }
        }
        """
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for select in file.selects {
        guard let empty = emptyDefault(of: select, file), isCommunicating(select, file) else { continue }
        let loop = file.loop(around: select)
        guard file.kind(loop) == .forStatement, file.kind(file.tree.child(loop, 2)) == .absent,
          file.tree.parent(file.statement(of: select)) == file.tree.child(loop, 3),
          !doesMore(loop, beside: select, file)
        else { continue }
        reports.report(
          "the loop spins while no case is ready: its `default` does not wait", at: select,
          notes: [("the empty `default`", empty)])
      }
    }

    /// The `default` clause, if it is there and does nothing but go round again.
    private static func emptyDefault(of select: GoNodeID, _ file: GoFile) -> GoNodeID? {
      for clause in file.tree.children(select) where file.kind(file.tree.first(clause)) == .absent {
        let statement = file.tree.next(file.tree.first(clause))
        let isIdle =
          statement == 0
          || file.kind(statement) == .continueStatement && file.tree.next(statement) == 0
            && file.tree.name(statement) == 0
        return isIdle ? clause : nil
      }
      return nil
    }

    private static func isCommunicating(_ select: GoNodeID, _ file: GoFile) -> Bool {
      file.tree.next(file.tree.first(select)) != 0
    }

    /// Whether a turn of the loop does anything outside of the select that may take time, or change what is asked.
    private static func doesMore(_ loop: GoNodeID, beside select: GoNodeID, _ file: GoFile) -> Bool {
      let condition = file.tree.child(loop, 1)
      if file.nodes(below: condition).contains(where: { [.call, .receive].contains(file.kind($0)) }) { return true }
      let body = file.tree.child(loop, 3)
      return file.nodes(below: body) { $0 != select }.contains { node in
        switch file.kind(node) {
        case .call, .send, .receive, .goStatement, .assignment, .definition, .incrementDecrement, .rangeStatement,
          .breakStatement, .returnStatement:
          true
        default: false
        }
      }
    }
  }
#endif
