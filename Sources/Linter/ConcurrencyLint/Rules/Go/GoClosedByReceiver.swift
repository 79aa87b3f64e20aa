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
        Silent where the receiver waits before it closes, for the senders or for another channel, counts their values, has
        had the only one, or only takes out what was left.
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
        """,
        """
        package pool

        import "sync/atomic"

        type Pool struct{ slices chan []byte }

        func (p *Pool) Put(slice []byte) {
          for {
            p.slices <- slice
          }
        }

        func (p *Pool) Empty() {
          close(p.slices)
          for range p.slices {
          }
        }

        func Listen(values chan int, ended chan struct{}) (sum int) {
          go func() {
            for {
              values <- 1
            }
          }()
          for {
            select {
            case <-ended:
              close(values)
              return sum
            case value := <-values:
              sum += value
            }
          }
        }

        func First(hosts []string) {
          var left = int64(len(hosts))
          connected := make(chan string, len(hosts))
          for _, host := range hosts {
            go func() { connected <- host }()
          }
          println(<-connected)
          if atomic.AddInt64(&left, -1) == 0 {
            close(connected)
          }
        }
        """,
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for (_, uses) in file.closedChannels {
        for close in uses where close.role == .close {
          let own = uses.filter { $0.context == close.context }
          guard let receive = own.first(where: { $0.isReceive && !isDrain($0, after: close, file) }),
            !own.contains(where: { $0.role == .send }),
            let send = uses.first(where: { $0.role == .send && $0.context != close.context }),
            isLastDeferred(close.node, file) && send.context.start != nil
              || !isDeferred(close.node, file) && mayComeAgain(send, file),
            !file.waitsBefore(close.node), !hasHeardBefore(close.node, file), !file.isUnderComparison(close.node),
            !isCounted(receive.node, file)
          else { continue }
          reports.report(
            "the receiver closes this channel; a sender that comes later panics", at: close.node,
            notes: [("it receives here", receive.node), ("a sender is here", send.node)])
        }
      }
    }

    /// Whether a receive takes out what was left when the channel had been closed.
    private static func isDrain(_ receive: GoUse, after close: GoUse, _ file: GoFile) -> Bool {
      !isDeferred(close.node, file) && file.loop(around: close.node) == 0
        && file.tree[receive.node].lower > file.tree[close.node].upper
    }

    /// Whether the way to a close leads through an operation on another channel, by which the senders may have said that
    /// they have ended, or been told to: a statement before it, or the case that it stands in. A context or a clock is
    /// none.
    private static func hasHeardBefore(_ close: GoNodeID, _ file: GoFile) -> Bool {
      let closed = file.place(of: file.tree.child(close, 1))
      func isAnother(_ channel: GoNodeID) -> Bool { file.place(of: channel).map { $0 != closed } ?? false }
      let clause = file.clause(around: close)
      if clause != 0, let channel = file.received(by: clause), isAnother(channel) { return true }
      let statement = file.statement(of: close)
      var before = file.tree.first(file.tree.parent(statement))
      while before != 0, before != statement {
        let operation = file.kind(before) == .expressionStatement ? file.tree.first(before) : before
        if [.receive, .send].contains(file.kind(operation)), isAnother(file.tree.bare(file.tree.first(operation))) {
          return true
        }
        before = file.tree.next(before)
      }
      return false
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
      let loop = file.kind(receive) == .rangeStatement ? receive : file.loop(around: receive)
      switch file.kind(loop) {
      case .rangeStatement:
        // A range over the channel itself counts if it ends at a number.
        guard loop == receive else { return true }
        return file.ownNodes(below: loop).contains { file.kind($0) == .breakStatement && file.isUnderComparison($0) }
      case .forStatement: return file.kind(file.tree.child(loop, 2)) != .absent
      default: return false
      }
    }
  }

  extension GoFile {
    /// Whether the function waits for a group before a node, or puts it off until it does.
    func waitsBefore(_ node: GoNodeID) -> Bool {
      let function = function(around: node), isDeferred = kind(tree.parent(node)) == .deferStatement
      return callsOnce.contains { call in
        kind(tree.first(call)) == .selector && name(tree.first(call)) == .Wait
          && (isDeferred || tree[call].lower < tree[node].lower) && tree.isWithin(call, function)
      }
    }

    /// Whether a node runs only if a comparison with a number holds: somebody counts.
    func isUnderComparison(_ node: GoNodeID) -> Bool {
      var child = statement(of: node)
      let end = function(around: node)
      while child != 0, child != end {
        let parent = tree.parent(child)
        if kind(parent) == .ifStatement, compares(tree.child(parent, 1)) { return true }
        child = parent
      }
      return false
    }

    private func compares(_ condition: GoNodeID) -> Bool {
      ([condition] + nodes(below: condition)).contains { node in
        kind(node) == .binary && ["==", "<", ">"].contains { source(node).contains($0) }
          && source(tree.next(tree.first(node))).allSatisfy(\.isNumber)
      }
    }
  }
#endif
