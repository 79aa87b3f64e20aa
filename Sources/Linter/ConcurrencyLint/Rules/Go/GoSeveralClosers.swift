// A channel that may be closed twice.
#if Lint
  import GoSyntax

  enum GoSeveralClosers: GoRule {
    static let description = RuleDescription(
      id: "go-several-closers", language: .go, summary: "a channel is closed in several places that may all run",
      rationale: """
        Closing a closed channel panics. Here two goroutines, or two functions, close the same channel, or every one of
        several goroutines does, and nothing keeps the second from it.

        Let one goroutine own the channel and close it; where that is not to be had, close it in a `sync.Once`.
        Silent for closes that stand below a condition, in a `sync.Once`, or behind an early return, and for fields
        that functions close which are not exported: they may take turns. Exported ones may as well, which no file by
        itself shows; so the rule is off by default.
        """,
      isOnByDefault: false,
      bad: [
        """
        package pool

        type Pool struct{ quit chan struct{} }

        func (p *Pool) Stop() {
          close(p.quit)
        }

        func (p *Pool) Abort() {
          println("abort")
          close(p.quit) // !
        }

        func Merge(inputs []chan int) chan int {
          merged := make(chan int)
          for _, input := range inputs {
            go func() {
              for value := range input {
                merged <- value
              }
              close(merged) // !
            }()
          }
          return merged
        }
        """
      ],
      good: [
        """
        package pool

        import "sync"

        type Pool struct {
          quit chan struct{}
          once sync.Once
        }

        func (p *Pool) Stop() {
          p.once.Do(func() { close(p.quit) })
        }

        func (p *Pool) Abort() {
          p.once.Do(func() { close(p.quit) })
        }

        func Merge(inputs []chan int) chan int {
          merged := make(chan int)
          var group sync.WaitGroup
          for _, input := range inputs {
            group.Go(func() {
              for value := range input {
                merged <- value
              }
            })
          }
          go func() {
            group.Wait()
            close(merged)
          }()
          return merged
        }

        func Export(results chan string, isFast bool) {
          if isFast {
            go func() {
              results <- "fast"
              close(results)
            }()
          } else {
            go func() {
              results <- "slow"
              close(results)
            }()
          }
        }
        """
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for (place, uses) in file.closedChannels {
        // A channel that is set anew is another one for the next closer.
        guard place.variable == nil || !uses.contains(where: { $0.role == .assigned }) else { continue }
        let closes = uses.filter {
          $0.role == .close && !file.isConditional($0.node) && !isRenewed($0, uses, file) && !isOwn($0.node, file)
            && (place.variable != nil || isOpen($0, file))
        }
        if let first = closes.first,
          let second = closes.first(where: { $0.context != first.context && !areExclusive($0, first, file) })
        {
          let (earlier, later) = first.node < second.node ? (first, second) : (second, first)
          reports.report(
            "this channel is closed in another place too; the second close panics", at: later.node,
            notes: [("it is closed here", earlier.node)])
          continue
        }
        for close in closes {
          guard let start = close.context.start, let id = place.variable, file.function(around: start) != 0,
            isRepeated(start, declaredIn: id, file)
          else { continue }
          reports.report(
            "each of the goroutines closes this channel; the second close panics", at: close.node,
            notes: [("they are started here", start)])
        }
      }
    }

    /// Whether anybody may run it: it stands in a goroutine, or in a function that other packages may call. Those that
    /// only the package calls may take turns.
    private static func isOpen(_ close: GoUse, _ file: GoFile) -> Bool {
      guard case .function(let function) = close.context else { return true }
      return file.tree.names.text(file.tree.name(function)).first?.isUppercase ?? false
    }

    /// Whether two goroutines start in two branches of one `if`, or in two cases of one `switch`.
    private static func areExclusive(_ one: GoUse, _ other: GoUse, _ file: GoFile) -> Bool {
      guard let start = one.context.start, let end = other.context.start else { return false }
      var node = start
      while node != 0 {
        let parent = file.tree.parent(node)
        if file.tree.isWithin(end, parent) {
          let branch = file.tree.children(parent).first { file.tree.isWithin(end, $0) }
          switch file.kind(parent) {
          case .ifStatement, .switchStatement, .typeSwitch, .selectStatement: return branch != node
          default: return false
          }
        }
        node = parent
      }
      return false
    }

    /// A field of an object that the function has made itself: each closes that of its own.
    private static func isOwn(_ close: GoNodeID, _ file: GoFile) -> Bool {
      var node = file.tree.bare(file.tree.child(close, 1))
      guard file.kind(node) == .selector else { return false }
      while file.kind(node) == .selector { node = file.tree.bare(file.tree.first(node)) }
      let symbol = file.symbol(node)
      return symbol.kind == .variable && symbol.function != 0
    }

    /// The channel is set anew in the function that closes it.
    private static func isRenewed(_ close: GoUse, _ uses: [GoUse], _ file: GoFile) -> Bool {
      let function = file.function(around: close.node)
      return uses.contains { $0.role == .assigned && file.function(around: $0.node) == function }
    }

    /// Whether the goroutine starts in a loop that the variable outlives.
    private static func isRepeated(_ start: GoNodeID, declaredIn id: GoSymbolID, _ file: GoFile) -> Bool {
      let loop = file.loop(around: start)
      guard loop != 0, !file.tree.isWithin(file.symbols[id].declaration, loop) else { return false }
      // A loop that is left behind the start has started one.
      var next = file.tree.next(file.statement(of: start))
      while next != 0 {
        if [.breakStatement, .returnStatement].contains(file.kind(next)) { return false }
        next = file.tree.next(next)
      }
      return true
    }
  }

  extension GoFile {
    /// The statement of a block or clause that a node belongs to.
    func statement(of node: GoNodeID) -> GoNodeID {
      var node = node
      while true {
        switch kind(tree.parent(node)) {
        case .block, .caseClause, .communicationClause, .file, .absent: return node
        default: node = symbols.enclosing(node)
        }
      }
    }

    /// Whether a node of a function may not run when the function does: it stands below a condition, in a function that
    /// is handed on (`once.Do`), or behind an early return.
    func isConditional(_ node: GoNodeID) -> Bool {
      var child = node, parent = symbols.enclosing(node)
      while parent != 0 {
        switch kind(parent) {
        case .ifStatement, .caseClause, .communicationClause, .forStatement, .rangeStatement: return true
        case .block:
          var before = tree.first(parent)
          while before != 0, before != child, !budget.isSpent {
            budget.spend(1)
            if mayLeave(before) { return true }
            before = tree.next(before)
          }
        case .functionLiteral:
          let user = tree.parent(parent)
          guard kind(user) == .call else { return kind(user) != .definition }
          if tree.first(user) != parent { return !startsGoroutine(user) }
          if kind(tree.parent(user)) == .goStatement { return false }
        case .functionDeclaration: return false
        default: break
        }
        child = parent
        parent = symbols.enclosing(parent)
      }
      return false
    }

    /// Whether a statement has a return in it.
    func mayLeave(_ statement: GoNodeID) -> Bool {
      kind(statement) == .returnStatement || ownNodes(below: statement).contains { kind($0) == .returnStatement }
    }
  }
#endif
