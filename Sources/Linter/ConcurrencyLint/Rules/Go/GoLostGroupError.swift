// Goroutines that fail, in a group that cannot say so.
#if Lint
  import GoSyntax

  enum GoLostGroupError: GoRule {
    static let description = RuleDescription(
      id: "go-lost-group-error", language: .go, summary: "a goroutine of a wait group fails and the error is lost",
      rationale: """
        The goroutine meets an error, prints it or does not even that, and ends. Whoever waits for the group cannot tell
        that work was not done, and the other goroutines go on for nothing.

        A `sync.WaitGroup` carries no errors. Use an `errgroup.Group`, whose `Wait` returns the first one and whose
        context stops the others, or hand the errors on in a channel or a slice. Silent where the goroutine keeps the
        error or the failure anywhere, and in tests.
        """,
      bad: [
        """
        package sync_all

        import (
          "log"
          "sync"
        )

        func All(names []string) {
          var group sync.WaitGroup
          for _, name := range names {
            group.Add(1)
            go func() {
              defer group.Done()
              if err := load(name); err != nil { // !
                log.Printf("cannot load %s: %v", name, err)
                return
              }
              show(name)
            }()
          }
          group.Wait()
        }
        """
      ],
      good: [
        """
        package sync_all

        import (
          "errors"
          "log"
          "net"
          "sync"

          "golang.org/x/sync/errgroup"
        )

        func All(names []string) error {
          var group errgroup.Group
          for _, name := range names {
            group.Go(func() error { return load(name) })
          }
          return group.Wait()
        }

        func Each(names []string) error {
          var group sync.WaitGroup
          failures := make([]error, len(names))
          for index, name := range names {
            group.Go(func() {
              if err := load(name); err != nil {
                failures[index] = err
              }
            })
          }
          group.Wait()
          return errors.Join(failures...)
        }

        func Serve(listener net.Listener, group *sync.WaitGroup) {
          group.Add(1)
          go func() {
            defer group.Done()
            for {
              connection, err := listener.Accept()
              if err != nil {
                log.Println("not accepted", err)
                continue
              }
              if err := handle(connection); err != nil {
                log.Println("failed", counted(err))
                return
              }
            }
          }()
        }
        """
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      // A test fails by other means, and many of its errors are expected.
      if file.isInTest { return }
      for body in goroutinesInGroups(file) {
        for node in file.nodes(below: body, isEntered: { file.isEnteredHere($0) }) where file.kind(node) == .ifStatement
        {
          guard let error = failure(testedBy: node, file), file.tree.isWithin(file.symbol(error).declaration, body),
            isLost(error, in: file.tree.child(node, 2), file)
          else { continue }
          reports.report("the group cannot fail: nobody hears of this error", at: node)
        }
      }
    }

    /// The bodies of literals that are started in a wait group, each once.
    private static func goroutinesInGroups(_ file: GoFile) -> [GoNodeID] {
      var bodies: [GoNodeID] = []
      for (_, uses) in file.waitGroups {
        for use in uses {
          guard case .method(let name) = use.role else { continue }
          if name == GoKnownName.Done.rawValue, let start = use.context.start, file.kind(start) == .goStatement {
            let literal = file.tree.first(file.tree.first(start))
            if file.kind(literal) == .functionLiteral { bodies.append(file.body(of: literal)) }
          } else if name == GoKnownName.Go.rawValue {
            let literal = file.tree.child(use.node, 1)
            if file.kind(literal) == .functionLiteral { bodies.append(file.body(of: literal)) }
          }
        }
      }
      return Set(bodies).sorted()
    }

    /// The variable that `if err != nil` tests, if a call set it.
    private static func failure(testedBy statement: GoNodeID, _ file: GoFile) -> GoNodeID? {
      let condition = file.tree.bare(file.tree.first(file.tree.child(statement, 1)))
      guard file.kind(condition) == .binary, file.source(condition).contains("!=") else { return nil }
      let variable = file.tree.first(condition), other = file.tree.next(variable)
      guard file.kind(variable) == .identifier, file.tree.name(other) == GoKnownName.nil.rawValue,
        case let symbol = file.symbol(variable), symbol.kind == .variable, file.kind(symbol.value) == .call,
        file.tree.names.text(symbol.name).lowercased().hasPrefix("err")
      else { return nil }
      return variable
    }

    private static let printing: Set<String> = [
      "Print", "Printf", "Println", "Fprint", "Fprintf", "Fprintln", "Debug", "Debugf", "Info", "Infof", "Warn",
      "Warnf",
      "Warning", "Warningf", "Error", "Errorf", "Errorln", "Log", "Logf",
    ]

    /// Whether the branch does nothing with the error but print it, and leaves.
    private static func isLost(_ error: GoNodeID, in block: GoNodeID, _ file: GoFile) -> Bool {
      let nodes = file.nodes(below: block)
      // A loop that is no range may try the same again.
      let isLeaving = nodes.contains { node in
        file.kind(node) == .returnStatement
          || file.kind(node) == .continueStatement && file.kind(file.loop(around: node)) == .rangeStatement
      }
      guard isLeaving else { return false }
      return nodes.allSatisfy { node in
        switch file.kind(node) {
        case .assignment, .incrementDecrement, .send, .goStatement, .functionLiteral, .ifStatement, .switchStatement,
          .typeSwitch, .selectStatement, .definition:
          return false
        case .returnStatement: return file.tree.first(node) == 0
        case .call: return prints(node, file)
        default: return true
        }
      }
    }

    private static func prints(_ call: GoNodeID, _ file: GoFile) -> Bool {
      let function = file.tree.first(call)
      if file.kind(function) == .identifier { return ["print", "println"].contains(file.source(function)) }
      if file.name(function) == .Done { return true }
      guard file.kind(function) == .selector, printing.contains(file.tree.names.text(file.tree.name(function))) else {
        // Calls within the arguments of what prints, such as `err.Error()`; but not those that are given the error.
        let isGivenError = file.tree.children(call).dropFirst().contains {
          file.kind($0) == .identifier && file.source($0).lowercased().hasPrefix("err")
        }
        return file.kind(function) == .selector && file.kind(file.tree.parent(call)) == .call && !isGivenError
      }
      if let member = file.member(function) { return member.package == .log || member.package == .other }
      return true
    }
  }

  extension GoFile {
    /// Whether the file is a test's.
    var isInTest: Bool { text.path.hasSuffix("_test.go") || packages.values.contains(.testing) }
  }
#endif
