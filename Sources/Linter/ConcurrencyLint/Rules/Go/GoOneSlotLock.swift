// A channel that is a mutex.
#if Lint
  import GoSyntax

  enum GoOneSlotLock: GoRule {
    static let description = RuleDescription(
      id: "go-one-slot-lock", language: .go, summary: "a channel of one slot is used as a lock",
      rationale: """
        The channel has one slot and carries no values: it is filled before a critical section and emptied after it. A
        `sync.Mutex` says what is meant, is faster, and is known to the race detector's and the deadlock detector's
        readers, to `go vet` and to profiles.

        Silent where a `select` tries the lock or gives up on it: a mutex cannot.
        """,
      bad: [
        """
        package store

        type Store struct {
          slot    chan struct{}
          entries map[string]string
        }

        func New() *Store {
          return &Store{slot: make(chan struct{}, 1), entries: map[string]string{}} // !
        }

        func (s *Store) Put(key, value string) {
          s.slot <- struct{}{}
          defer func() { <-s.slot }()
          s.entries[key] = value
        }

        func Visit(names []string) {
          lock := make(chan bool, 1) // !
          for _, name := range names {
            go func() {
              lock <- true
              visit(name)
              <-lock
            }()
          }
        }
        """
      ],
      good: [
        """
        package store

        import "context"

        type Store struct{ slot chan struct{} }

        func New() *Store { return &Store{slot: make(chan struct{}, 1)} }

        func (s *Store) Acquire(ctx context.Context) error {
          select {
          case s.slot <- struct{}{}:
            return nil
          case <-ctx.Done():
            return ctx.Err()
          }
        }

        func (s *Store) Release() { <-s.slot }

        func Answer() bool {
          answer := make(chan bool, 1)
          go func() { answer <- load() }()
          return <-answer
        }

        func Limit(names []string) {
          slots := make(chan struct{}, 8)
          for _, name := range names {
            go func() {
              slots <- struct{}{}
              visit(name)
              <-slots
            }()
          }
        }
        """
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for make in file.calls {
        guard file.isUniverse(make, .make), file.capacity(of: make) == 1,
          case let type = file.written(file.tree.child(make, 1)), type.kind == .channel, type.node != 0,
          file.isSignal(file.tree.first(type.node)), let place = file.placeMade(by: make)
        else { continue }
        let uses = file.uses(of: place)
        guard !uses.contains(where: { $0.role == .escape || $0.role == .close || $0.role == .range }),
          uses.allSatisfy({ file.clause(of: $0.node) == 0 || ![.send, .receive].contains($0.role) }),
          uses.allSatisfy({ $0.role != .receive || isDropped($0.node, file) })
        else { continue }
        let sends = uses.filter { $0.role == .send }
        let made = file.context(of: make)
        let pair = sends.lazy.compactMap { send in
          uses.first { $0.role == .receive && isPaired(send, $0, file) }.map { (send, $0) }
        }.first { send, _ in place.variable == nil || send.context != made }
        guard let (send, receive) = pair,
          sends.allSatisfy({ send in
            uses.contains { $0.role == .receive && isPaired(send, $0, file) } || send.context == made
          })
        else { continue }
        reports.report(
          "this channel of one slot is a lock; a `sync.Mutex` says so", at: make,
          notes: [("it is locked here", send.node), ("and unlocked here", receive.node)])
      }
    }

    /// Nobody looks at what is received.
    private static func isDropped(_ receive: GoNodeID, _ file: GoFile) -> Bool {
      file.kind(file.tree.parent(receive)) == .expressionStatement
    }

    /// Both stand in the same function and goroutine, or in a pair of functions that are named so.
    private static func isPaired(_ send: GoUse, _ receive: GoUse, _ file: GoFile) -> Bool {
      if send.context == receive.context { return true }
      guard case .function(let a) = send.context, case .function(let b) = receive.context else { return false }
      let first = file.tree.names.text(file.tree.name(a)).lowercased()
      let second = file.tree.names.text(file.tree.name(b)).lowercased()
      return first == "lock" && second == "unlock" || first == "unlock" && second == "lock"
    }
  }

  extension GoFile {
    /// The variable or field that a call of `make` sets: where it is declared, assigned, or in a literal of its type.
    func placeMade(by make: GoNodeID) -> GoPlace? {
      let parent = tree.parent(make)
      switch kind(parent) {
      case .definition, .assignment, .valueSpec:
        let target = target(of: make)
        return target == 0 ? nil : place(of: target)
      case .keyValue:
        let literal = tree.parent(parent), type = type(of: literal)
        guard kind(literal) == .compositeLiteral, type.spec != 0, field(tree.name(tree.first(parent)), of: type) != 0
        else { return nil }
        return GoPlace(root: .field(type: type.spec, name: tree.name(tree.first(parent))))
      default: return nil
      }
    }
  }
#endif
