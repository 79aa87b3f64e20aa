// A lock that is held while a goroutine waits for another.
#if Lint
  import GoSyntax

  enum GoLockAcrossChannel: GoRule {
    static let description = RuleDescription(
      id: "go-lock-across-channel", language: .go, summary: "a lock is held across a channel operation that may wait",
      rationale: """
        While the lock is held the goroutine waits for another one. If that one needs the lock before it gets to its
        side of the channel, both wait for ever: 13 of the 68 blocking bugs of the GoBench collection are this one. If
        it does not, everybody else waits for as long as it takes.

        Take what is needed under the lock, unlock, and then send or receive. Silent for a `select` with a `default`,
        for sends on channels of which the file does not show that they have no buffer, for the end of a context that
        was cancelled just before, for receives below `if len(c) > 0`, and where the lock may have been given back.
        """,
      bad: [
        """
        package hub

        import "sync"

        type Hub struct {
          mu      sync.Mutex
          events  chan string
          stopped chan struct{}
        }

        func New() *Hub { return &Hub{events: make(chan string), stopped: make(chan struct{})} }

        func (h *Hub) Publish(events []string) {
          h.mu.Lock()
          defer h.mu.Unlock()
          for _, event := range events {
            h.events <- event // !
          }
        }

        func (h *Hub) Stop() {
          h.mu.Lock()
          <-h.stopped // !
          h.mu.Unlock()
        }

        func (h *Hub) Restart() {
          h.mu.Lock()
          h.wait() // !
          h.mu.Unlock()
        }

        func (h *Hub) wait() { <-h.stopped }
        """
      ],
      good: [
        """
        package hub

        import "sync"

        type Hub struct {
          mu        sync.Mutex
          listeners []chan string
          wake      chan struct{}
        }

        func New() *Hub { return &Hub{wake: make(chan struct{}, 1)} }

        func (h *Hub) Publish(event string) {
          h.mu.Lock()
          listeners := append([]chan string(nil), h.listeners...)
          h.mu.Unlock()
          for _, listener := range listeners {
            listener <- event
          }
        }

        func (h *Hub) Wake() {
          h.mu.Lock()
          defer h.mu.Unlock()
          h.wake <- struct{}{}
          for _, listener := range h.listeners {
            select {
            case listener <- "wake":
            default:
            }
          }
          go func() { h.listeners[0] <- "later" }()
        }
        """,
        """
        package proxy

        import (
          "context"
          "sync"
        )

        type Proxy struct {
          mu     sync.Mutex
          ctx    context.Context
          cancel context.CancelFunc
          lost   chan struct{}
        }

        func (p *Proxy) Close() {
          p.mu.Lock()
          defer p.mu.Unlock()
          p.cancel()
          <-p.ctx.Done()
        }

        func (p *Proxy) Lost() bool {
          p.mu.Lock()
          defer p.mu.Unlock()
          if len(p.lost) > 0 {
            <-p.lost
            return true
          }
          return false
        }
        """,
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      var seen: Set<GoNodeID> = []
      for call in file.calls {
        let function = file.tree.first(call)
        guard file.kind(function) == .selector, [.Lock, .RLock].contains(file.name(function)),
          file.kind(file.tree.parent(call)) == .expressionStatement, file.isLock(file.tree.first(function)),
          let place = file.place(of: file.tree.first(function))
        else { continue }
        let held = Held(file: file, place: place, isRead: file.name(function) == .RLock)
        for operation in held.operations(after: file.tree.parent(call)) where seen.insert(operation).inserted {
          reports.report(
            "the goroutine may wait here while it holds a lock", at: operation,
            notes: [("it is locked here", call)])
        }
      }
    }

    /// The statements between a lock and its unlock.
    private struct Held {
      let file: GoFile
      let place: GoPlace
      let isRead: Bool

      /// Operations that may wait, up to the first unlock on any path, or to the end where that is put off.
      func operations(after lock: GoNodeID) -> [GoNodeID] {
        var found: [GoNodeID] = []
        var isDeferred = false
        var statement = file.tree.next(lock)
        while statement != 0, !file.budget.isSpent {
          file.budget.spend(1)
          if file.kind(statement) == .deferStatement {
            if unlocks(below: statement, entering: true) { isDeferred = true }
          } else {
            let isReleasing = unlocks(below: statement, entering: false)
            if isReleasing { return found }
            found += waits(in: statement)
          }
          statement = file.tree.next(statement)
        }
        // Without an unlock in the same block it may be given back anywhere.
        return isDeferred ? found : []
      }

      private func unlocks(below statement: GoNodeID, entering: Bool) -> Bool {
        let nodes = entering ? [statement] + file.nodes(below: statement) : file.nodesHere(statement)
        return nodes.contains { node in
          guard file.kind(node) == .call, file.kind(file.tree.first(node)) == .selector else { return false }
          let function = file.tree.first(node)
          guard file.name(function) == .Unlock || file.name(function) == .RUnlock else { return false }
          return file.place(of: file.tree.first(function)) == place
        }
      }

      private func waits(in statement: GoNodeID) -> [GoNodeID] {
        let nodes = file.nodesHere(statement) { file.kind($0) != .selectStatement }
        return nodes.filter { node in
          if file.kind(node) == .call { return calleeWaits(node) }
          return mayWait(node)
        }
      }

      private func mayWait(_ node: GoNodeID) -> Bool {
        switch file.kind(node) {
        case .receive: return !isCancelled(node) && !isMeasured(node)
        case .send: return isUnbuffered(file.tree.first(node))
        case .selectStatement: return !file.hasDefault(node) && file.tree.first(node) != 0
        case .rangeStatement: return file.type(of: file.tree.first(node)).kind == .channel
        default: return false
        }
      }

      /// Whether a receive stands for the end of a context that has been cancelled: by the statement before it, or by
      /// each way out of the `select` before it.
      private func isCancelled(_ receive: GoNodeID) -> Bool {
        let done = file.tree.bare(file.tree.first(receive)), statement = file.tree.parent(receive)
        guard file.context(endedBy: done) != nil, file.kind(statement) == .expressionStatement else { return false }
        let siblings = file.tree.children(file.tree.parent(statement))
        guard let before = siblings.reduce(nil as GoNodeID?, { file.tree.next($1) == statement ? $1 : $0 }) else {
          return false
        }
        guard file.kind(before) == .selectStatement else { return cancels(before) }
        return !file.hasDefault(before)
          && file.tree.children(before).allSatisfy { clause in
            file.received(by: clause).map(file.source) == file.source(done)
              || file.tree.children(clause).dropFirst().contains(where: cancels)
          }
      }

      /// Whether a receive stands below a condition that asks how many values the channel has.
      private func isMeasured(_ receive: GoNodeID) -> Bool {
        guard let place = file.place(of: file.tree.first(receive)) else { return false }
        let end = file.function(around: receive)
        var child = receive
        while child != 0, child != end {
          let parent = file.tree.parent(child)
          if [.ifStatement, .forStatement].contains(file.kind(parent)) {
            let condition = file.tree.child(parent, 1)
            let measures = ([condition] + file.nodes(below: condition)).contains { call in
              file.isUniverse(call, .len) && file.place(of: file.tree.child(call, 1)) == place
            }
            if measures, child != condition { return true }
          }
          child = parent
        }
        return false
      }

      /// Whether a statement calls what is named after cancelling.
      private func cancels(_ statement: GoNodeID) -> Bool {
        guard file.kind(statement) == .expressionStatement, file.kind(file.tree.first(statement)) == .call else {
          return false
        }
        let function = file.tree.first(file.tree.first(statement))
        guard file.kind(function) == .identifier || file.kind(function) == .selector else { return false }
        return file.tree.names.text(file.tree.name(function)).lowercased().hasPrefix("cancel")
      }

      /// Whether the file shows where the channel is made, and that it has no buffer.
      private func isUnbuffered(_ channel: GoNodeID) -> Bool {
        guard let place = file.place(of: channel) else { return false }
        let makes = file.callsOnce.filter { file.isUniverse($0, .make) && file.placeMade(by: $0) == place }
        return !makes.isEmpty && makes.allSatisfy { file.capacity(of: $0) == 0 }
      }

      /// Whether a function of the file waits in any case, and does not unlock.
      private func calleeWaits(_ call: GoNodeID) -> Bool {
        let function = file.callee(of: call), body = file.body(of: function)
        guard function != 0, body != 0, file.kind(function) == .functionDeclaration else { return false }
        for statement in file.tree.children(body) {
          if unlocks(below: statement, entering: true) { return false }
          switch file.kind(statement) {
          case .send where mayWait(statement), .selectStatement where mayWait(statement): return true
          case .expressionStatement where mayWait(file.tree.first(statement)): return true
          default: break
          }
          if file.mayLeave(statement) { return false }
        }
        return false
      }
    }
  }

  extension GoFile {
    /// Whether an expression is a mutex, or a struct of the file that embeds one.
    func isLock(_ expression: GoNodeID) -> Bool {
      let type = type(of: expression)
      if type.isLock { return true }
      guard kind(type.node) == .structType else { return false }
      return tree.children(type.node).contains { field in
        let written = tree.first(field)
        return tree.next(written) == 0 && self.written(written).isLock
      }
    }
  }
#endif
