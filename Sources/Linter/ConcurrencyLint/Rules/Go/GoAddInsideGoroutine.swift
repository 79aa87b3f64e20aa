// A goroutine that counts itself, too late.
#if Lint
  import GoSyntax

  enum GoAddInsideGoroutine: GoRule {
    static let description = RuleDescription(
      id: "go-add-inside-goroutine", language: .go, summary: "a goroutine adds itself to the wait group that awaits it",
      rationale: """
        `Add` runs in the goroutine that it counts. Whoever calls `Wait` may do so before the goroutine has run at all,
        and then does not wait for it.

        Call `Add` before the `go` statement, or use `group.Go(f)` (Go 1.25). Silent where the goroutine was counted
        before it started: it may then count others.
        """,
      bad: [
        """
        package batch

        import "sync"

        func All(names []string) {
          var group sync.WaitGroup
          for _, name := range names {
            go func() {
              group.Add(1) // !
              defer group.Done()
              load(name)
            }()
          }
          group.Wait()
        }

        func Pair() {
          group := new(sync.WaitGroup)
          go side(group)
          group.Wait()
        }

        func side(group *sync.WaitGroup) {
          group.Add(1) // !
          defer group.Done()
          load("side")
        }
        """
      ],
      good: [
        """
        package batch

        import "sync"

        func All(names []string) {
          var group sync.WaitGroup
          for _, name := range names {
            group.Add(1)
            go func() {
              defer group.Done()
              if name == "all" {
                group.Add(1)
                go func() {
                  defer group.Done()
                  load(name)
                }()
              }
            }()
          }
          group.Wait()
        }

        func Own() {
          go func() {
            var group sync.WaitGroup
            group.Add(1)
            go func() { defer group.Done() }()
            group.Wait()
          }()
        }
        """
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for (place, uses) in file.waitGroups {
        let additions = uses.filter { $0.role == .method(GoKnownName.Add.rawValue) }
        let waits = uses.filter { $0.role == .method(GoKnownName.Wait.rawValue) }
        // Whoever was counted from outside may count others.
        guard additions.allSatisfy({ $0.context.start != nil }) else { continue }
        for addition in additions where !isNegative(addition.node, file) {
          let start = addition.context.start!
          guard file.kind(start) == .goStatement, !file.isDeclared(place, within: start),
            // It counts itself, and nobody whom it starts.
            uses.contains(where: {
              $0.role == .method(GoKnownName.Done.rawValue) && $0.context == addition.context
            }),
            waits.contains(where: { wait in
              wait.context != addition.context && !file.tree.isWithin(wait.node, start)
                && !isToldBefore(wait.node, start, file)
            })
          else { continue }
          reports.report(
            "the wait group counts this goroutine only once it runs; whoever waits may not wait for it",
            at: addition.node, notes: [("it starts here", start)])
        }
      }
    }
  }

  extension GoAddInsideGoroutine {
    private static func isNegative(_ call: GoNodeID, _ file: GoFile) -> Bool {
      let argument = file.tree.child(call, 1)
      return file.kind(argument) == .unary && file.source(argument).hasPrefix("-")
    }

    /// Whether something is received or waited for between the start and the wait: the goroutine may have told that it
    /// has counted.
    private static func isToldBefore(_ wait: GoNodeID, _ start: GoNodeID, _ file: GoFile) -> Bool {
      let others = file.callsOnce.filter { file.name(file.tree.first($0)) == .Wait }
      file.budget.spend(file.receives.count)
      return (file.receives + others).contains { told in
        file.tree[told].lower > file.tree[start].upper && file.tree[told].upper < file.tree[wait].lower
          && file.function(around: told) == file.function(around: wait)
      }
    }
  }

  extension GoFile {
    /// The wait groups of the file, with all that is done with each.
    var waitGroups: [(place: GoPlace, uses: [GoUse])] {
      var seen: Set<GoPlace> = []
      return calls.compactMap { call in
        let function = tree.first(call)
        guard kind(function) == .selector, [.Add, .Done, .Wait, .Go].contains(name(function)),
          type(of: tree.first(function)).kind == .waitGroup, let place = place(of: tree.first(function)),
          seen.insert(place).inserted
        else { return nil }
        return (place, uses(of: place))
      }
    }

    /// Whether a variable is declared within a node.
    func isDeclared(_ place: GoPlace, within node: GoNodeID) -> Bool {
      guard case .symbol(let id) = place.root else { return false }
      return tree.isWithin(symbols[id].declaration, node)
    }
  }
#endif
