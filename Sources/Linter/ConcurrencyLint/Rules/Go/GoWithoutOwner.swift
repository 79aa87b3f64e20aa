// A goroutine that nobody waits for and nobody can stop.
#if Lint
  import GoSyntax

  enum GoWithoutOwner: GoRule {
    static let description = RuleDescription(
      id: "go-without-owner", language: .go, summary: "a `go` statement starts a goroutine without an owner",
      rationale: """
        Nothing that the goroutine does tells anybody that it has ended, and nothing that it waits for tells it to stop:
        no wait group, no error group, no channel, no context. It may outlive what it uses, its failure is lost, and
        tests and shutdowns cannot wait for it.

        Start it in a `sync.WaitGroup` or an `errgroup.Group`, have it close a channel that somebody receives from, or
        give it a context. Where its lifetime is bounded by other means, say so: `// martlet: owned by <who> <why>`.

        Silent where the goroutine is a method of another package's object, calls what the file does not show, changes
        an atomic value, writes to, closes or releases something (`io.Copy` writes to its first argument; the terminal
        does not count), signals a condition, or ends the process; where it only starts goroutines that do; and within a
        bubble of `testing/synctest`.
        """,
      acceptsContract: true,
      bad: [
        """
        package server

        import (
          "io"
          "log"
          "net/http"
          "time"
        )

        func (s *Server) Start() {
          go func() { // !
            for {
              time.Sleep(time.Minute)
              s.entries = nil
            }
          }()
          go s.report() // !
          go io.Copy(io.Discard, s.input) // !
          go http.ListenAndServe(":6060", nil) // !
        }

        func (s *Server) report() {
          log.Println(len(s.entries))
        }

        type Server struct {
          entries []string
          input   io.Reader
        }
        """
      ],
      good: [
        """
        package server

        import (
          "context"
          "sync"
        )

        type Server struct {
          group sync.WaitGroup
          jobs  chan string
        }

        func (s *Server) Start(ctx context.Context) {
          s.group.Add(1)
          go func() {
            defer s.group.Done()
            s.work()
          }()
          go s.watch(ctx)
          ended := make(chan struct{})
          go func() {
            s.work()
            close(ended)
          }()
          <-ended
        }

        func (s *Server) watch(ctx context.Context) {
          for {
            select {
            case <-ctx.Done():
              return
            case job := <-s.jobs:
              println(job)
            }
          }
        }

        func (s *Server) work() { println("working") }
        """,
        """
        package proxy

        import (
          "io"
          "net"

          "golang.org/x/crypto/ssh"
        )

        func Accept(channel ssh.NewChannel, screen *view.Screen, results []chan int) {
          _, requests, _ := channel.Accept()
          go ssh.DiscardRequests(requests)
          go func() { screen.PostEvent("accepted") }()
          go func() {
            for _, result := range results {
              go func() { result <- 1 }()
            }
          }()
        }

        func Pipe(client, server net.Conn) error {
          go io.Copy(server, client)
          _, err := io.Copy(client, server)
          return err
        }
        """,
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for start in file.goStatements {
        var reach = Reach(file: file)
        if reach.hasOwner(start) || file.isInBubble(start) { continue }
        reports.report(
          "this goroutine has no owner: no wait group, channel or context in reach ties it to anybody", at: start)
      }
    }

    /// What the goroutine does, in its function and in the functions of the file that it calls.
    private struct Reach {
      let file: GoFile
      var seen: Set<GoNodeID> = []
      var pending: [GoNodeID] = []

      /// Whether something ties it to somebody, or may.
      mutating func hasOwner(_ start: GoNodeID) -> Bool {
        let call = file.tree.first(start)
        if mayTell(call) || belongsToObject(call) || isOneCallOfObject(call) { return true }
        while let function = pending.popLast() {
          guard seen.insert(function).inserted else { continue }
          if file.budget.isSpent { return true }
          let body = file.body(of: function)
          // A function in assembly, or one that is declared elsewhere.
          if body == 0 { return true }
          // What a goroutine within it does is not its own doing, unless it does nothing but start some.
          let isRelay = isRelay(body)
          let nodes = file.nodes(below: body) { isRelay || file.kind($0) != .goStatement }
          if nodes.contains(where: { ties($0) }) || unlocksForOthers(nodes) { return true }
        }
        return false
      }

      private func isRelay(_ block: GoNodeID) -> Bool {
        file.tree.children(block).allSatisfy { statement in
          switch file.kind(statement) {
          case .goStatement: true
          case .forStatement, .rangeStatement: isRelay(file.tree.child(statement, 3))
          default: false
          }
        }
      }

      /// `go server.Serve()` of another package: the object may know how to end it.
      private func belongsToObject(_ call: GoNodeID) -> Bool {
        let function = file.tree.bare(file.tree.first(call))
        return file.kind(function) == .selector && file.member(function) == nil && file.function(function) == 0
      }

      /// The same within a literal that does nothing else.
      private func isOneCallOfObject(_ call: GoNodeID) -> Bool {
        let body = file.body(of: file.tree.bare(file.tree.first(call))), statement = file.tree.first(body)
        return body != 0 && file.kind(file.tree.bare(file.tree.first(call))) == .functionLiteral && statement != 0
          && file.tree.next(statement) == 0 && file.kind(statement) == .expressionStatement
          && file.kind(file.tree.first(statement)) == .call && belongsToObject(file.tree.first(statement))
      }

      private mutating func ties(_ node: GoNodeID) -> Bool {
        switch file.kind(node) {
        case .send: true
        case .receive: !isClock(file.tree.first(node))
        case .rangeStatement: isChannel(node)
        case .call: mayTell(node)
        default: false
        }
      }

      private func isClock(_ channel: GoNodeID) -> Bool {
        let channel = file.tree.bare(channel)
        if file.kind(channel) == .call { return file.isMember(file.tree.first(channel), .time, .After, .Tick) }
        guard file.kind(channel) == .selector, file.name(channel) == .C else { return false }
        let clock = file.type(of: file.tree.first(channel)).kind
        return clock == .ticker || clock == .timer
      }

      /// Whether a range runs over a channel, or may: one that takes a key and a value does not.
      private func isChannel(_ range: GoNodeID) -> Bool {
        let expression = file.tree.first(range)
        guard file.kind(file.tree.child(range, 2)) == .absent, !isClock(expression) else { return false }
        if file.kind(expression) == .literal || file.kind(expression) == .compositeLiteral { return false }
        let type = file.type(of: expression)
        return type.kind == .channel || type.node == 0 && file.kind(expression) != .call
      }

      /// Whether a call may tell somebody of the end, or the goroutine to end; functions of the file are looked into.
      private mutating func mayTell(_ call: GoNodeID) -> Bool {
        let function = file.tree.bare(file.tree.first(call))
        var argument = file.tree.next(file.tree.first(call))
        while argument != 0 {
          if tiesAsArgument(argument) { return true }
          if file.kind(argument) == .functionLiteral { pending.append(argument) }
          argument = file.tree.next(argument)
        }
        let declared = file.function(function)
        if declared != 0 {
          pending.append(declared)
          return false
        }
        switch file.kind(function) {
        case .identifier: return isOpaque(function, call)
        case .selector: return isTelling(function)
        case .index: return file.kind(file.tree.first(function)) != .selector
        // A conversion.
        case .arrayType, .parenthesised, .mapType, .interfaceType, .functionType, .channelType, .star: return false
        default: return true
        }
      }

      private func tiesAsArgument(_ argument: GoNodeID) -> Bool {
        switch file.type(of: argument).kind {
        case .channel, .waitGroup, .context, .errorGroup, .cancelFunction, .condition: return true
        default: break
        }
        // A function that is handed on, and not looked into, unless it stands there.
        let bare = file.tree.bare(argument)
        return file.kind(bare) == .identifier && file.kind(file.type(of: bare).node) == .functionType
      }

      private static let harmless: Set<GoKnownName> = [.append, .cap, .len, .make, .new, .recover]

      private func isOpaque(_ function: GoNodeID, _ call: GoNodeID) -> Bool {
        let symbol = file.symbol(function)
        switch symbol.kind {
        case .type: return false
        case .unknown:
          if let name = file.name(function), Self.harmless.contains(name) { return false }
          // Other functions of the universe are written in small letters, and so are those of other files.
          return !GoFile.universe.contains(file.source(function))
        default: return true
        }
      }

      /// Calls of other packages, by what their names say.
      private func isTelling(_ function: GoNodeID) -> Bool {
        if let member = file.member(function) {
          switch (member.package, GoKnownName(rawValue: member.name)) {
          case (.atomic, _), (.foreignCode, _), (.os, .Exit?), (_, .Fatal?), (_, .Fatalf?), (_, .Fatalln?): return true
          default: return writes(function, member.name) || isOpaque(member: function)
          }
        }
        let method = file.tree.names.text(file.tree.name(function))
        if Self.tellingMethods.contains(where: { method.hasPrefix($0) }) { return true }
        let base = file.type(of: file.tree.first(function))
        // Gates and latches of other packages, which let somebody pass.
        if method.hasPrefix("Unlock"), !base.isLock { return true }
        // A method of a type that is declared elsewhere in the package may do anything.
        return !(base.isForeign || base.isLock || [.once, .ticker, .timer, .test].contains(base.kind))
      }

      private static let tellingMethods = [
        "Add", "And", "Arrive", "Broadcast", "Cancel", "Close", "Compare", "Complete", "Countdown", "Done", "Err",
        "Exit", "Fatal", "Fire", "Finish", "Go", "Kill", "Leave", "ListenAndServe", "Notify", "Publish", "Push", "Put",
        "Reject",
        "Release",
        "Resolve", "Send", "Serve", "Set", "Shutdown", "Signal", "Stop", "Store", "Swap", "Wait", "Write",
      ]

      /// Whether a function of a package that is not Go's own is given what the file does not show the type of: perhaps a
      /// channel.
      private func isOpaque(member function: GoNodeID) -> Bool {
        guard file.hostedPackages.contains(file.symbols.symbol(of: file.tree.first(function))) else { return false }
        return file.tree.children(file.tree.parent(function)).dropFirst().contains { argument in
          let type = file.type(of: argument)
          return file.kind(argument) == .identifier && type.node == 0 && type.kind == .unknown
        }
      }

      /// `io.WriteString(c, …)`, `fmt.Fprintln(c, …)`, `io.Copy(c, …)`: somebody may read what is written, unless it is
      /// the terminal or nobody's.
      private func writes(_ function: GoNodeID, _ name: GoName) -> Bool {
        let text = file.tree.names.text(name)
        let isCopy = text.hasPrefix("Copy") && file.source(function) == "io." + text
        guard text.hasPrefix("Write") || text.hasPrefix("Fprint") || isCopy else { return false }
        let target = file.source(file.tree.next(function))
        return !(target.hasPrefix("os.Std") || target.hasSuffix(".Discard"))
      }

      /// A lock that the goroutine gives back and did not take: somebody waits for it.
      private func unlocksForOthers(_ nodes: [GoNodeID]) -> Bool {
        func count(_ names: Set<GoKnownName>) -> Int {
          nodes.count { node in
            guard file.kind(node) == .call, file.kind(file.tree.first(node)) == .selector else { return false }
            return file.name(file.tree.first(node)).map(names.contains) ?? false
          }
        }
        return count([.Unlock, .RUnlock]) > 0 && count([.Lock, .RLock, .TryLock, .TryRLock]) == 0
      }
    }
  }

  extension GoFile {
    /// Functions and types of the universe that tell nobody anything. `panic` is not among them: it ends the process.
    static let universe: Set<String> = [
      "any", "bool", "byte", "cap", "clear", "complex", "copy", "delete", "error", "float32", "float64", "imag", "int",
      "int8", "int16", "int32", "int64", "len", "max", "min", "print", "println", "real", "recover", "rune", "string",
      "uint", "uint8", "uint16", "uint32", "uint64", "uintptr",
    ]

    /// Whether a node stands in a bubble of `testing/synctest`, which waits for all its goroutines: within the call
    /// that makes it, or in a function that waits for the bubble.
    func isInBubble(_ node: GoNodeID) -> Bool {
      guard packages.values.contains(.synctest) else { return false }
      var node = symbols.enclosing(node)
      while node != 0 {
        let user = tree.parent(node)
        if kind(node) == .functionLiteral, kind(user) == .call, isMember(tree.first(user), .synctest, .Test, .Run) {
          return true
        }
        if kind(node) == .functionDeclaration {
          return nodes(below: node).contains { kind($0) == .call && isMember(tree.first($0), .synctest, .Wait) }
        }
        node = symbols.enclosing(node)
      }
      return false
    }
  }
#endif
