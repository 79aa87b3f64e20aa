// A channel that is closed by the side that receives.
#if Lint
  import GoSyntax

  enum GoClosedByReceiver: GoRule {
    static let description = RuleDescription(
      id: "go-closed-by-receiver", language: .go, summary: "a channel is closed by its receiver",
      rationale: """
        Whoever sends on a closed channel panics. Only the sender knows that no value follows; a receiver that closes
        the channel to tell the sender to stop crashes it.

        Close it in the sender, after the last value; tell senders to stop by a channel of its own, or by a context.
        Silent where the receiver waits for the senders before it closes, counts their values, or has had the only one.
        """,
      bad: [
        """
        package feed

        type Feed struct{ lines chan string }

        func (f *Feed) Read() string {
          line := <-f.lines
          if line == "" {
            close(f.lines) // !
          }
          return line
        }

        func (f *Feed) Write(lines []string) {
          for _, line := range lines {
            f.lines <- line
          }
        }

        func produce(values chan int) {
          for i := 0; ; i++ {
            values <- i
          }
        }

        func First() int {
          values := make(chan int)
          go produce(values)
          first := <-values
          close(values) // !
          return first
        }
        """
      ],
      good: [
        """
        package feed

        import "sync"

        func Sum(parts [][]int) (sum int) {
          sums := make(chan int)
          var group sync.WaitGroup
          for _, part := range parts {
            group.Go(func() { sums <- len(part) })
          }
          go func() {
            group.Wait()
            close(sums)
          }()
          for part := range sums {
            sum += part
          }
          return sum
        }

        func Count() {
          values := make(chan int)
          go func() {
            defer close(values)
            values <- 1
          }()
          for range values {
          }
        }
        """
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for (_, uses) in file.closedChannels {
        for close in uses where close.role == .close {
          let own = uses.filter { $0.context == close.context }
          guard let receive = own.first(where: \.isReceive), !own.contains(where: { $0.role == .send }),
            let send = uses.first(where: { $0.role == .send && $0.context != close.context }),
            isLastDeferred(close.node, file) && send.context.start != nil
              || !isDeferred(close.node, file) && mayComeAgain(send, file),
            !file.waitsBefore(close.node),
            !isCounted(receive.node, file)
          else { continue }
          reports.report(
            "the receiver closes this channel; a sender that comes later panics", at: close.node,
            notes: [("it receives here", receive.node), ("a sender is here", send.node)])
        }
      }
    }

    private static func isDeferred(_ close: GoNodeID, _ file: GoFile) -> Bool {
      file.kind(file.tree.parent(close)) == .deferStatement
    }

    /// Whether a close is put off, and nothing that is put off after it, and so runs before, may stop the sender.
    private static func isLastDeferred(_ close: GoNodeID, _ file: GoFile) -> Bool {
      guard isDeferred(close, file) else { return false }
      var next = file.tree.next(file.tree.parent(close))
      while next != 0 {
        if file.kind(next) == .deferStatement { return false }
        next = file.tree.next(next)
      }
      return true
    }

    /// Whether more values may follow the one that was received: the sender sends in a loop, or is one of many.
    private static func mayComeAgain(_ send: GoUse, _ file: GoFile) -> Bool {
      if file.loop(around: send.node) != 0 { return true }
      return send.context.start.map { file.loop(around: $0) != 0 } ?? false
    }

    /// Whether the receive stands in a loop that counts: it may then have had the value of every sender.
    private static func isCounted(_ receive: GoNodeID, _ file: GoFile) -> Bool {
      let loop = file.loop(around: receive)
      switch file.kind(loop) {
      case .rangeStatement: return true
      case .forStatement: return file.kind(file.tree.child(loop, 2)) != .absent
      default: return false
      }
    }
  }

  extension GoFile {
    /// Whether the function waits for a group before a node, or puts it off until it does.
    func waitsBefore(_ node: GoNodeID) -> Bool {
      let function = function(around: node)
      return callsOnce.contains { call in
        kind(tree.first(call)) == .selector && name(tree.first(call)) == .Wait && tree[call].lower < tree[node].lower
          && tree.isWithin(call, function)
      }
    }
  }
#endif
