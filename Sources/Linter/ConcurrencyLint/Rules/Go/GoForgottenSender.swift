// A goroutine that sends to a channel from which nobody receives any more.
#if Lint
  import GoSyntax

  enum GoForgottenSender: GoRule {
    static let description = RuleDescription(
      id: "go-forgotten-sender", language: .go,
      summary: "a goroutine sends on an unbuffered channel whose receiver may have left",
      rationale: """
        The channel has no buffer, and the function that should receive from it may go on without: another case of its
        `select` was faster, it returned before, or it receives fewer times than there are senders. The goroutine then
        waits in its send for ever, with all that it holds. Studies of Go programs find no leak more often.

        Give the channel a buffer for every value that may be sent (`make(chan T, 1)`), or have the goroutine choose
        between its send and the end: `select { case c <- v: case <-ctx.Done(): }`.

        The rule looks at channels that a function makes and keeps in a variable, and of which the file shows every use.
        """,
      bad: [
        """
        package client

        import (
          "context"
          "time"
        )

        func Fetch(ctx context.Context) (string, error) {
          answer := make(chan string)
          go func() {
            answer <- load() // !
          }()
          select {
          case text := <-answer:
            return text, nil
          case <-ctx.Done():
            return "", ctx.Err()
          }
        }

        func Check(limit time.Duration) error {
          failed := make(chan error)
          go probe(failed)
          if err := prepare(); err != nil {
            return err
          }
          return <-failed
        }

        func probe(failed chan<- error) {
          failed <- nil // !
        }

        func First(mirrors []string) string {
          found := make(chan string)
          for _, mirror := range mirrors {
            go func() { found <- get(mirror) }() // !
          }
          return <-found
        }
        """
      ],
      good: [
        """
        package client

        import "context"

        func Fetch(ctx context.Context) (string, error) {
          answer := make(chan string, 1)
          go func() { answer <- load() }()
          select {
          case text := <-answer:
            return text, nil
          case <-ctx.Done():
            return "", ctx.Err()
          }
        }

        func Stream(ctx context.Context) {
          values := make(chan int)
          go func() {
            for i := 0; ; i++ {
              select {
              case values <- i:
              case <-ctx.Done():
                return
              }
            }
          }()
          for value := range values {
            if value > 10 {
              return
            }
          }
        }

        func Wait(ctx context.Context) string {
          answer := make(chan string)
          go func() { answer <- load() }()
          select {
          case text := <-answer:
            return text
          case <-ctx.Done():
            return <-answer
          }
        }
        """,
        """
        package main

        import (
          "log"
          "os"
        )

        func main() {
          failed := make(chan error)
          go func() { failed <- serve(80) }()
          go func() { failed <- serve(443) }()
          log.Println(<-failed)
          os.Exit(1)
        }

        func start(server *Server, ended chan struct{}) {
          failed := make(chan error)
          go func() {
            if err := server.Listen(); err != nil {
              failed <- err
            }
          }()
          select {
          case <-server.Ready():
          case err := <-failed:
            println(err)
          }
        }

        func await(ended chan struct{}) {
          done := make(chan bool)
          go func() { done <- serve(80) == nil }()
          select {
          case <-done:
          case <-ended:
            log.Fatalln("too late")
          }
        }
        """,
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for channel in file.localChannels where channel.capacity == 0 {
        let uses = file.uses(of: GoPlace(root: .symbol(channel.symbol)))
        guard !uses.contains(where: { $0.role == .assigned }) else { continue }
        if file.escapes(uses) {
          checkReturned(channel, uses, file, &reports)
          continue
        }
        guard let leaving = Leaving(file: file, channel: channel, uses: uses) else { continue }
        for send in leaving.senders {
          reports.report(
            "nobody may be left to receive this: \(leaving.reason)", at: send.node,
            notes: [(leaving.note, leaving.place)])
        }
      }
    }

    /// A function that returns the channel, and a caller that drops it.
    private static func checkReturned(
      _ channel: GoFile.LocalChannel, _ uses: [GoUse], _ file: GoFile, _ reports: inout GoReports
    ) {
      let escapes = uses.filter { $0.role == .escape }, home = file.symbols[channel.symbol].function
      guard escapes.count == 1, file.kind(escapes[0].node) == .returnStatement, file.kind(home) == .functionDeclaration,
        !uses.contains(where: \.isReceive)
      else { return }
      let dropped = file.callsOnce.first { call in
        file.kind(file.tree.parent(call)) == .expressionStatement && file.callee(of: call) == home
      }
      guard let dropped else { return }
      for send in uses where send.role == .send && send.context.start != nil && file.clause(of: send.node) == 0 {
        reports.report(
          "nobody may be left to receive this: a caller drops the channel, which has no buffer", at: send.node,
          notes: [("the channel is dropped here", dropped)])
      }
    }

    /// How the receiver may leave while a sender still waits.
    private struct Leaving {
      let file: GoFile
      var senders: [GoUse]
      var reason = "", note = ""
      var place: GoNodeID = 0

      init?(file: GoFile, channel: GoFile.LocalChannel, uses: [GoUse]) {
        self.file = file
        let own = file.context(of: channel.make)
        // A send that has an alternative gets away by itself.
        senders = uses.filter { use in
          guard use.role == .send, use.context.start != nil else { return false }
          let clause = file.clause(of: use.node)
          return clause == 0 || file.tree.next(file.tree.first(file.tree.parent(clause))) == 0
        }
        let receives = uses.filter(\.isReceive)
        let home = file.symbols[channel.symbol].function
        // Whoever leaves `main` ends the process.
        guard file.kind(home) != .functionDeclaration || file.name(home) != .main else { return nil }
        guard !senders.isEmpty, receives.allSatisfy({ $0.context == own && $0.through == 0 }),
          uses.allSatisfy({ $0.role != .send || $0.context.start != nil }),
          senders.allSatisfy({ file.tree.isWithin($0.context.start!, home) }),
          // Through a call, the goroutine is that of the call, and no further one that the called function starts.
          senders.allSatisfy({ $0.through == 0 || file.tree.isWithin($0.through, $0.context.start!) })
        else { return nil }
        guard let first = receives.first else { return nil }
        if leavesBySelect(receives) { return }
        if receives.contains(where: { file.clause(of: $0.node) != 0 || isDeferred($0.node, home) }) { return nil }
        if leavesByReturn(before: first.node) || leavesRange(receives) || outnumber(receives, channel) { return }
        return nil
      }

      private func isDeferred(_ node: GoNodeID, _ home: GoNodeID) -> Bool { file.function(around: node) != home }

      /// The channel is one of several cases, and another case ends the receiving.
      private mutating func leavesBySelect(_ receives: [GoUse]) -> Bool {
        let clauses = receives.map { file.clause(of: $0.node) }.filter { $0 != 0 }
        let selects = Set(clauses.map { file.tree.parent($0) })
        let alone = receives.filter { receive in
          file.clause(of: receive.node) == 0 && !selects.contains { file.tree.isWithin(receive.node, $0) }
        }
        guard !clauses.isEmpty,
          alone.allSatisfy({ receive in
            selects.allSatisfy { file.tree[receive.node].lower > file.tree[$0].upper }
          })
        else { return false }
        for clause in clauses {
          guard let other = leavingCase(beside: clause, receives, isCertain: !alone.isEmpty) else { return false }
          place = other
        }
        reason = "the receiver may take another case of its `select`, and the channel has no buffer"
        note = "the case that leaves"
        return true
      }

      /// Where `isCertain`, the case must leave the function or the loop, as a receive follows.
      private func leavingCase(beside clause: GoNodeID, _ receives: [GoUse], isCertain: Bool) -> GoNodeID? {
        let select = file.tree.parent(clause)
        let isInLoop = file.loop(around: select) != 0 || isCertain
        for other in file.tree.children(select) where other != clause {
          let communication = file.tree.first(other)
          if file.kind(communication) == .absent {
            if isInLoop { continue }
          } else if isAnswered(other) || file.tree.children(other).contains(where: { file.endsProcess($0) }) {
            continue
          }
          if receives.contains(where: { file.tree.isWithin($0.node, other) }) { continue }
          if !isInLoop || leaves(other) { return other }
        }
        return nil
      }

      /// Whether the same goroutines send to this channel as well: they then take one of two ways.
      private func isAnswered(_ clause: GoNodeID) -> Bool {
        guard let channel = file.received(by: clause) else { return true }
        if isOfWork(channel) { return true }
        guard let place = file.place(of: channel), place.variable != nil else { return false }
        let starts = Set(senders.map(\.context))
        return file.uses(of: place).contains { use in
          (use.role == .send || use.role == .close) && starts.contains(use.context)
        }
      }

      /// Whether a channel is what a method of an object returns, whose other methods the goroutines call and send the
      /// error of: `<-server.Ready()` beside `failed <- server.Serve()`. It says how far they are.
      private func isOfWork(_ channel: GoNodeID) -> Bool {
        guard file.kind(channel) == .call, file.kind(file.tree.first(channel)) == .selector,
          let object = file.place(of: file.tree.first(file.tree.first(channel))), object.variable != nil
        else { return false }
        return senders.allSatisfy { sender in
          file.nodes(below: sender.context.start!).contains { call in
            file.kind(call) == .call && file.kind(file.tree.first(call)) == .selector
              && file.place(of: file.tree.first(file.tree.first(call))) == object
          }
        }
      }

      private func leaves(_ clause: GoNodeID) -> Bool {
        file.ownNodes(below: clause).contains { node in
          switch file.kind(node) {
          case .returnStatement, .gotoStatement: true
          case .breakStatement: file.tree.name(node) != 0
          default: false
          }
        }
      }

      /// A `return` between the start of the goroutine and the first receive.
      private mutating func leavesByReturn(before receive: GoNodeID) -> Bool {
        let receiveStart = file.tree[receive].lower
        for sender in senders {
          let start = sender.context.start!
          guard file.function(around: start) == file.function(around: receive) else { continue }
          var statement = start
          while file.kind(file.tree.parent(statement)) != .block, file.tree.parent(statement) != 0 {
            statement = file.symbols.enclosing(statement)
          }
          var next = file.tree.next(statement)
          while next != 0, file.tree[next].lower < receiveStart {
            let nodes = [next] + file.ownNodes(below: next)
            let early = nodes.first {
              file.kind($0) == .returnStatement && file.tree[$0].upper < receiveStart
            }
            if let early {
              place = early
              reason = "the function may return before it receives, and the channel has no buffer"
              note = "it returns here"
              return true
            }
            next = file.tree.next(next)
          }
        }
        return false
      }

      /// A loop over the channel that is left before the channel is closed, while the sender sends in a loop.
      private mutating func leavesRange(_ receives: [GoUse]) -> Bool {
        guard receives.count == 1, receives[0].role == .range else { return false }
        let range = receives[0].node, body = file.tree.child(range, 3)
        for node in file.ownNodes(below: body) {
          let isLeaving =
            file.kind(node) == .returnStatement
            || file.kind(node) == .breakStatement && file.breakTarget(of: node) == range
          if isLeaving {
            place = node
            reason = "the receiver may leave its loop, and the channel has no buffer"
            note = "it leaves here"
            return true
          }
        }
        return false
      }

      /// More senders than receives, none of which is in a loop, and after which the process goes on.
      private mutating func outnumber(
        _ receives: [GoUse], _ channel: GoFile.LocalChannel
      ) -> Bool {
        let isLooping = receives.contains { $0.role == .range || file.loop(around: $0.node) != 0 }
        guard !isLooping else { return false }
        let starts = Set(senders.map { $0.context.start! })
        let blocks = Set(starts.map { file.tree.parent($0) })
        let made = file.loop(around: channel.make)
        let isRepeated = starts.contains { start in
          let loop = file.loop(around: start)
          return loop != 0 && loop != made && !file.tree.isWithin(receives[0].node, loop)
        }
        // Starts in two branches are one start; two receives after a loop of two are as many.
        let home = file.symbols[channel.symbol].function
        guard starts.allSatisfy({ file.function(around: $0) == home }), blocks.count == 1,
          isRepeated ? receives.count == 1 : starts.count > receives.count,
          !file.endsProcess(after: receives.last!.node)
        else { return false }
        place = receives.last!.node
        reason = "there may be more senders than receives, and the channel has no buffer"
        note = "it receives here"
        return true
      }
    }
  }

  extension GoFile {
    /// Whether the statement after the one of a node ends the process.
    func endsProcess(after node: GoNodeID) -> Bool {
      var statement = node
      while statement != 0, kind(tree.parent(statement)) != .block { statement = tree.parent(statement) }
      return statement != 0 && tree.next(statement) != 0 && endsProcess(tree.next(statement))
    }

    /// Whether a statement is a call such as `os.Exit` or `log.Fatal`; what ends a test alone is none.
    func endsProcess(_ statement: GoNodeID) -> Bool {
      neverEnds(statement) && member(tree.first(tree.first(statement))) != nil
        && name(tree.first(tree.first(statement))) != .Goexit
    }

    /// What a `break` without a label leaves.
    func breakTarget(of statement: GoNodeID) -> GoNodeID {
      var node = symbols.enclosing(statement)
      while node != 0 {
        switch kind(node) {
        case .forStatement, .rangeStatement, .switchStatement, .typeSwitch, .selectStatement, .functionLiteral:
          return node
        default: node = symbols.enclosing(node)
        }
      }
      return 0
    }
  }
#endif
