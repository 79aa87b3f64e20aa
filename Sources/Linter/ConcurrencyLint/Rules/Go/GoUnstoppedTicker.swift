// A ticker or timer that nobody stops, before Go collects them.
#if Lint
  import GoSyntax

  enum GoUnstoppedTicker: GoRule {
    static let description = RuleDescription(
      id: "go-unstopped-ticker", language: .go, summary: "a ticker or timer is never stopped (before Go 1.23)",
      rationale: """
        Before Go 1.23 a ticker that is not stopped ticks for ever, also when nobody refers to it any more; a timer
        stays until its time comes. The rule looks at those that a function makes and keeps to itself, and at
        `time.Tick`, in functions that end.

        Say `defer ticker.Stop()`. From Go 1.23 on the rule is silent: they are collected. The version is that of the
        `go` directive in the nearest `go.mod`, or of a `//go:build go1.N` line.
        """,
      bad: [
        """
        //go:build go1.21

        package poll

        import "time"

        func Poll(stop chan bool) {
          ticker := time.NewTicker(time.Second) // !
          for {
            select {
            case <-ticker.C:
              refresh()
            case <-stop:
              return
            }
          }
        }

        func Await(ready chan bool) bool {
          limit := time.NewTimer(time.Minute) // !
          select {
          case <-ready:
            return true
          case <-limit.C:
            return false
          }
        }

        func Few() {
          for range time.Tick(time.Second) { // !
            if refresh() {
              return
            }
          }
        }
        """
      ],
      good: [
        """
        //go:build go1.21

        package poll

        import "time"

        func Poll(stop chan bool) {
          ticker := time.NewTicker(time.Second)
          defer ticker.Stop()
          for {
            select {
            case <-ticker.C:
              refresh()
            case <-stop:
              return
            }
          }
        }

        func Pause() {
          timer := time.NewTimer(time.Second)
          <-timer.C
        }

        func Always() {
          for range time.Tick(time.Second) {
            refresh()
          }
        }

        func Forever() {
          ticker := time.NewTicker(time.Second)
          for {
            <-ticker.C
            refresh()
          }
        }
        """,
        """
        package poll

        import "time"

        func Collected(stop chan bool) {
          ticker := time.NewTicker(time.Second)
          select {
          case <-ticker.C:
          case <-stop:
          }
        }
        """,
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      guard file.version < .collectedTimers else { return }
      for call in file.calls where !file.isInBubble(call) {
        let function = file.tree.first(call)
        if file.isMember(function, .time, .Tick) {
          if isLeft(call, file) {
            reports.report("the ticker of `time.Tick` cannot be stopped, and this function ends", at: call)
          }
        } else if file.isMember(function, .time, .NewTicker, .NewTimer), let name = variable(of: call, file) {
          let isTimer = file.name(function) == .NewTimer
          guard isForgotten(file.symbols.symbol(of: name), isTimer: isTimer, file),
            isTimer || !isUsedForEver(call, file)
          else { continue }
          reports.report(
            isTimer
              ? "nobody stops this timer: it stays until its time comes"
              : "nobody stops this ticker: it ticks for ever", at: call)
        }
      }
    }

    /// The local variable that a call sets where it is declared.
    private static func variable(of call: GoNodeID, _ file: GoFile) -> GoNodeID? {
      let name = file.target(of: call)
      guard file.kind(name) == .identifier, file.symbol(name).declaration == name, file.symbol(name).function != 0
      else { return nil }
      return name
    }

    private static func isForgotten(_ id: GoSymbolID, isTimer: Bool, _ file: GoFile) -> Bool {
      let uses = file.uses(of: GoPlace(root: .symbol(id)))
      for use in uses {
        switch use.role {
        case .method(GoKnownName.Stop.rawValue), .escape, .assigned: return false
        case .member(GoKnownName.C.rawValue):
          let receive = file.tree.parent(use.node)
          switch file.kind(receive) {
          case .receive:
            // A timer whose time was waited for is no more.
            if isTimer, file.clause(of: receive) == 0 { return false }
          case .rangeStatement:
            if !file.isLeft(loop: receive) { return false }
          default: return false
          }
        case .method(GoKnownName.Reset.rawValue), .neutral: break
        default: return false
        }
      }
      return !uses.isEmpty
    }

    /// Whether a loop without an end and a way out follows: the ticker is in use for as long as the process is.
    private static func isUsedForEver(_ call: GoNodeID, _ file: GoFile) -> Bool {
      var next = file.tree.next(file.statement(of: call))
      while next != 0 {
        if file.kind(next) == .forStatement, file.kind(file.tree.child(next, 1)) == .absent, !file.isLeft(loop: next) {
          return true
        }
        next = file.tree.next(next)
      }
      return false
    }

    /// Whether the function that asks for ticks ends: it is not `main`, and has a way out of the loop.
    private static func isLeft(_ call: GoNodeID, _ file: GoFile) -> Bool {
      let function = file.function(around: call)
      guard function != 0 else { return false }
      if file.kind(function) == .functionDeclaration, file.name(function) == .main { return false }
      let parent = file.tree.parent(call)
      if file.kind(parent) == .rangeStatement { return file.isLeft(loop: parent) }
      return file.ownNodes(below: file.body(of: function)).contains {
        file.kind($0) == .returnStatement && file.tree[$0].lower > file.tree[call].lower
      }
    }
  }

  extension GoFile {
    /// Whether a range has a `return` in it, or a `break` that leaves it.
    func isLeft(loop: GoNodeID) -> Bool {
      ownNodes(below: tree.child(loop, 3)).contains { node in
        kind(node) == .returnStatement || kind(node) == .gotoStatement
          || kind(node) == .breakStatement && (tree.name(node) != 0 || breakTarget(of: node) == loop)
      }
    }
  }
#endif
