// A second way to say stop.
#if Lint
  import GoSyntax

  enum GoDoneChannelBesideContext: GoRule {
    static let description = RuleDescription(
      id: "go-done-channel-beside-context", language: .go,
      summary: "a channel tells goroutines to stop where a context is at hand",
      rationale: """
        The function has a context, and makes a channel whose closing tells its goroutines to stop. They then have two
        signals to listen to, and what they call hears of one alone.

        Derive a context: `ctx, cancel := context.WithCancel(ctx)`, and `defer cancel()`. Channels that a goroutine
        closes to tell that it has ended are something else, and are passed over; so is a channel that stands beside
        `ctx.Done()` in the same `select`, as the goroutine may have to tell the two apart.
        """,
      bad: [
        """
        package feed

        import (
          "context"
          "time"
        )

        func Run(ctx context.Context, feed func()) {
          quit := make(chan struct{}) // !
          defer close(quit)
          go func() {
            for {
              select {
              case <-quit:
                return
              case <-time.After(time.Second):
                feed()
              }
            }
          }()
          serve(ctx)
        }
        """
      ],
      good: [
        """
        package feed

        import "context"

        func Run(ctx context.Context, feed func()) {
          ctx, cancel := context.WithCancel(ctx)
          defer cancel()
          ended := make(chan struct{})
          go func() {
            defer close(ended)
            feed()
          }()
          select {
          case <-ended:
          case <-ctx.Done():
          }
        }

        func Plain(feed func()) {
          quit := make(chan struct{})
          defer close(quit)
          go func() {
            select {
            case <-quit:
            default:
              feed()
            }
          }()
          serve(nil)
        }
        """
      ])

    static func check(_ file: GoFile, _ reports: inout GoReports) {
      for channel in file.localChannels where channel.capacity == 0 && file.isSignal(channel.elementType) {
        guard let context = contextAtHand(channel, file) else { continue }
        let own = file.context(of: channel.make)
        let uses = file.uses(of: GoPlace(root: .symbol(channel.symbol)))
        let closes = uses.filter { $0.role == .close }, receives = uses.filter(\.isReceive)
        guard !file.escapes(uses), !uses.contains(where: { $0.role == .send || $0.role == .assigned }),
          !closes.isEmpty, closes.allSatisfy({ $0.context == own }), !receives.isEmpty,
          receives.allSatisfy({ $0.context.start != nil && $0.context != own }),
          let stop = receives.first(where: { file.clause(of: $0.node) != 0 }),
          !receives.contains(where: { listensToContext(beside: $0.node, file) })
        else { continue }
        reports.report(
          "this channel says stop, and a context is at hand that can", at: channel.make,
          notes: [("the goroutine listens here", stop.node), ("the context", context)])
      }
    }

    /// Whether the context is another case of the same `select`: the goroutine tells the two apart.
    private static func listensToContext(beside receive: GoNodeID, _ file: GoFile) -> Bool {
      let clause = file.clause(of: receive)
      guard clause != 0 else { return false }
      return file.tree.children(file.tree.parent(clause)).contains { other in
        let communication = file.tree.first(other)
        return file.ownNodes(below: communication).contains { node in
          guard file.kind(node) == .call, file.name(file.tree.first(node)) == .Done else { return false }
          return file.type(of: file.tree.first(file.tree.first(node))).kind == .context
        }
      }
    }

    /// A context that is a parameter of a function around, or a variable declared before.
    private static func contextAtHand(_ channel: GoFile.LocalChannel, _ file: GoFile) -> GoNodeID? {
      var function = file.function(around: channel.make)
      while function != 0 {
        let parameters = file.parameters(of: function)
        if let context = parameters.first(where: {
          $0 != 0 && file.type(of: $0).kind == .context && file.tree.name($0) != GoKnownName.blank.rawValue
        }) {
          return context
        }
        function = file.function(around: function)
      }
      return nil
    }
  }
#endif
