// A value that is sent after the channel was closed.
#if Lint
  import GoSyntax

  enum GoSendAfterClose: GoRule {
    static let description = RuleDescription(
      id: "go-send-after-close", language: .go, summary: "a value is sent after the channel was closed",
      rationale: """
        On a path through the function the channel is closed first, and then a value is sent on it: the send panics.

        Close it after the last send, as a rule with `defer close(c)` in the goroutine that sends. The rule follows the
        statements after a close, and calls of functions of the file that send on it in any case. Silent below a condition
        that asks something named after closing.
        """,
      bad: [
        """
        package feed

        func Finish(values chan int) {
          close(values)
          values <- 0 // !
        }

        type Feed struct{ lines chan string }

        func (f *Feed) Stop(last bool) {
          if last {
            close(f.lines)
          }
          f.say("bye") // !
        }

        func (f *Feed) say(line string) { f.lines <- line }
        """
      ],
      good: [
        """
        package feed

        func Finish(values chan int, last bool) {
          if last {
            close(values)
            return
          }
          values <- 0
        }

        func Renew() {
          values := make(chan int, 1)
          close(values)
          values = make(chan int, 1)
          values <- 1
          defer close(values)
          values <- 2
        }

        type Pipe struct {
          lines   chan string
          closing bool
          closed  bool
        }

        func (p *Pipe) Tick(line string) {
          if p.closing {
            p.closed = true
            close(p.lines)
          }
          if !p.closed {
            p.lines <- line
          }
        }
        """
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for call in file.calls where file.isUniverse(call, .close) {
        guard file.kind(file.tree.parent(call)) == .expressionStatement,
          let place = file.place(of: file.tree.child(call, 1)),
          let send = firstSend(on: place, after: file.tree.parent(call), file)
        else { continue }
        reports.report(
          "the channel is closed here already: this panics", at: send, notes: [("it is closed here", call)])
      }
    }

    /// The first send in the statements that follow, outwards to the function or loop.
    private static func firstSend(on place: GoPlace, after closing: GoNodeID, _ file: GoFile) -> GoNodeID? {
      var statement = closing
      while true {
        var next = file.tree.next(statement)
        while next != 0, !file.budget.isSpent {
          file.budget.spend(1)
          switch file.kind(next) {
          case .returnStatement, .breakStatement, .continueStatement, .gotoStatement, .labeledStatement: return nil
          default: break
          }
          for node in file.nodesHere(next) {
            if sets(node, place, file) { return nil }
            if sends(node, place, file), !isGuarded(node, within: next, file) { return node }
          }
          if file.neverEnds(next) { return nil }
          next = file.tree.next(next)
        }
        let block = file.tree.parent(statement), owner = file.tree.parent(block)
        guard file.kind(block) == .block, [.ifStatement, .block].contains(file.kind(owner)) else { return nil }
        statement = file.kind(owner) == .block ? block : owner
        // Branches of an `if … else if` hang below each other.
        while file.kind(file.tree.parent(statement)) == .ifStatement { statement = file.tree.parent(statement) }
      }
    }

    /// Whether a send runs only where something named after closing says so: `if !c.isClosed()`.
    private static func isGuarded(_ send: GoNodeID, within statement: GoNodeID, _ file: GoFile) -> Bool {
      var child = send
      while child != statement, child != 0 {
        let parent = file.tree.parent(child)
        if file.kind(parent) == .ifStatement, file.source(file.tree.child(parent, 1)).lowercased().contains("clos") {
          return true
        }
        child = parent
      }
      return false
    }

    private static func sets(_ node: GoNodeID, _ place: GoPlace, _ file: GoFile) -> Bool {
      guard file.kind(node) == .assignment else { return false }
      var left = file.tree.first(node)
      for _ in 0..<file.tree[node].count {
        if file.place(of: left) == place { return true }
        left = file.tree.next(left)
      }
      return false
    }

    private static func sends(_ node: GoNodeID, _ place: GoPlace, _ file: GoFile) -> Bool {
      switch file.kind(node) {
      case .send: return file.place(of: file.tree.first(node)) == place
      case .call:
        let function = file.callee(of: node), body = file.body(of: function)
        guard function != 0, body != 0, file.kind(function) == .functionDeclaration else { return false }
        let inner = inside(place, node, function, file)
        for statement in file.tree.children(body) {
          if file.kind(statement) == .send, file.place(of: file.tree.first(statement)) == inner { return true }
          if file.mayLeave(statement) || sets(statement, inner, file) { return false }
        }
        return false
      default: return false
      }
    }

    /// What the place is called in a function that is called with it.
    private static func inside(_ place: GoPlace, _ call: GoNodeID, _ function: GoNodeID, _ file: GoFile) -> GoPlace {
      let parameters = file.parameters(of: function)
      var argument = file.tree.next(file.tree.first(call))
      for parameter in parameters where argument != 0 {
        if parameter != 0, file.place(of: argument) == place {
          return GoPlace(root: .symbol(file.symbols.symbol(of: parameter)))
        }
        argument = file.tree.next(argument)
      }
      return place
    }
  }

  extension GoFile {
    /// A statement and what stands in it, as far as it runs when the statement does.
    func nodesHere(_ statement: GoNodeID, isEntered: (GoNodeID) -> Bool = { _ in true }) -> [GoNodeID] {
      func enters(_ node: GoNodeID) -> Bool { isEnteredHere(node) && isEntered(node) }
      return enters(statement) ? [statement] + nodes(below: statement, isEntered: enters) : [statement]
    }

    /// Whether what stands in a node runs when the node is reached: not the bodies of functions, unless called there.
    func isEnteredHere(_ node: GoNodeID) -> Bool {
      switch kind(node) {
      case .goStatement, .deferStatement: return false
      case .functionLiteral: return kind(tree.parent(node)) == .call && tree.first(tree.parent(node)) == node
      default: return true
      }
    }

    /// Whether what follows is not reached: a call that ends the process or the test, or panics.
    func neverEnds(_ statement: GoNodeID) -> Bool {
      guard kind(statement) == .expressionStatement, kind(tree.first(statement)) == .call else { return false }
      let function = tree.first(tree.first(statement))
      switch name(function) {
      case .panic?: return kind(function) == .identifier
      case .Fatal?, .Fatalf?, .Fatalln?, .Exit?, .Goexit?: return kind(function) == .selector
      default: return false
      }
    }
  }
#endif
