// A timer that is made anew for every turn of a loop.
#if Lint
  import GoSyntax

  enum GoTimerInLoop: GoRule {
    static let description = RuleDescription(
      id: "go-timer-in-loop", language: .go, summary: "a loop makes a new timer or ticker each time round",
      rationale: """
        Before Go 1.23 the timer of `time.After` stays until its time comes, and the ticker of `time.Tick` for ever:
        each turn of the loop whose `select` takes another case leaves one behind. With ten thousand messages a second
        and a timeout of a minute there are six hundred thousand of them.

        From Go 1.23 on they are collected, and `time.After` in a loop is passed over. `time.Tick` is reported in every
        version: a ticker that starts anew with each turn never ticks while other cases are faster.

        Make one timer or ticker before the loop, and reset the timer. The version is that of the `go` directive in the
        nearest `go.mod`, or of a `//go:build go1.N` line; where there is neither, the newest counts.
        """,
      bad: [
        """
        //go:build go1.20

        package feed

        import "time"

        func watch(messages chan string) {
          for {
            select {
            case message := <-messages:
              println(message)
            case <-time.After(time.Minute): // !
              return
            }
          }
        }
        """,
        """
        package feed

        import "time"

        func poll(messages chan string) {
          for {
            select {
            case message := <-messages:
              println(message)
            case <-time.Tick(time.Second): // !
              flush()
            }
          }
        }
        """,
      ],
      good: [
        """
        package feed

        import "time"

        func watch(messages chan string) {
          for {
            select {
            case message := <-messages:
              println(message)
            case <-time.After(time.Minute):
              return
            }
          }
        }

        func poll(messages chan string) {
          ticks := time.Tick(time.Second)
          for {
            select {
            case message := <-messages:
              println(message)
            case <-ticks:
              flush()
            }
          }
        }
        """,
        """
        //go:build go1.20

        package feed

        import (
          "context"
          "time"
        )

        func retry(attempt func() error) {
          for attempt() != nil {
            <-time.After(time.Second)
          }
          for range time.Tick(time.Hour) {
            clean()
          }
        }

        func check(stop chan bool, interval time.Duration) {
          for {
            next := time.After(interval)
            select {
            case <-stop:
              return
            case <-next:
              clean()
            }
          }
        }

        func request(ctx context.Context, ended chan struct{}) (err error) {
          for err = send(ctx); err != nil; err = send(ctx) {
            select {
            case <-ctx.Done():
            case <-time.After(time.Second):
            }
          }
          for isDone := false; !isDone; {
            select {
            case <-ended:
              isDone = true
            case <-time.After(time.Second):
            }
          }
          return err
        }
        """,
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for call in file.calls {
        let function = file.tree.first(call)
        let isTick = file.isMember(function, .time, .Tick)
        guard isTick || file.version < .collectedTimers && file.isMember(function, .time, .After),
          file.loop(around: call) != 0, competes(call, file)
        else { continue }
        reports.report(
          isTick
            ? "each turn of the loop starts a new ticker, which ticks only if nothing else comes before"
            : "each turn of the loop sets a new timer, and before Go 1.23 the one before stays until its time comes",
          at: call)
      }
    }

    /// Whether something else may end the waiting and the loop go on: the timer is one of several cases.
    private static func competes(_ call: GoNodeID, _ file: GoFile) -> Bool {
      var receive = file.tree.parent(call)
      while file.kind(receive) == .parenthesised { receive = file.tree.parent(receive) }
      if file.kind(receive) == .definition {
        let variable = file.tree.first(receive), symbol = file.symbols.symbol(of: variable)
        let receives = file.symbols.uses(of: symbol).map { file.tree.parent($0) }.filter { file.kind($0) == .receive }
        guard receives.count == 1 else { return true }
        receive = receives[0]
      }
      guard file.kind(receive) == .receive else { return false }
      let clause = file.clause(of: receive)
      guard clause != 0 else { return false }
      return file.tree.children(file.tree.parent(clause)).contains {
        $0 != clause && !leaves($0, file) && !isLeft($0, file) && !endsCondition($0, file) && !endsCalls($0, file)
      }
    }

    /// Whether another `select` of the loop leaves it for the same channel: the clause only stops the waiting.
    private static func isLeft(_ clause: GoNodeID, _ file: GoFile) -> Bool {
      guard let place = file.received(by: clause).flatMap(file.place(of:)), file.tree.next(file.tree.first(clause)) == 0
      else { return false }
      let loop = file.loop(around: clause)
      return file.nodes(below: loop).contains { other in
        file.kind(other) == .communicationClause && leaves(other, file)
          && file.received(by: other).flatMap(file.place(of:)) == place
      }
    }

    /// Whether a clause ends by assigning to a variable that the loop's condition is about: it is how the loop ends.
    private static func endsCondition(_ clause: GoNodeID, _ file: GoFile) -> Bool {
      let loop = file.loop(around: clause)
      guard file.kind(loop) == .forStatement, let last = file.tree.children(clause).dropFirst().reduce(nil, { $1 }),
        file.kind(last) == .assignment, let place = file.place(of: file.tree.first(last))
      else { return false }
      let condition = file.tree.child(loop, 1)
      return ([condition] + file.nodes(below: condition)).contains { file.place(of: $0) == place }
    }

    /// Whether a clause without statements receives the end of a context that a call of the loop is given: the call fails.
    private static func endsCalls(_ clause: GoNodeID, _ file: GoFile) -> Bool {
      guard file.tree.next(file.tree.first(clause)) == 0, let channel = file.received(by: clause),
        let ended = file.context(endedBy: channel), let context = file.place(of: ended)
      else { return false }
      return file.nodes(below: file.loop(around: clause)).contains { call in
        file.kind(call) == .call && file.tree.children(call).dropFirst().contains { file.place(of: $0) == context }
      }
    }

    /// Whether the loop ends after a clause.
    private static func leaves(_ clause: GoNodeID, _ file: GoFile) -> Bool {
      guard let last = file.tree.children(clause).dropFirst().reduce(nil, { $1 }) else { return false }
      switch file.kind(last) {
      case .returnStatement, .gotoStatement: return true
      case .breakStatement: return file.tree.name(last) != 0
      default: return file.neverEnds(last) || file.tree.children(clause).contains { file.neverEnds($0) }
      }
    }
  }
#endif
