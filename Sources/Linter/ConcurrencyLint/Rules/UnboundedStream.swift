// A buffer that grows as long as the producer is faster.
#if Lint
  import SwiftSyntax

  enum UnboundedStream: SwiftRule {
    static let description = RuleDescription(
      id: "unbounded-stream", language: .swift, summary: "a stream or channel buffers without a bound",
      rationale: """
        `AsyncStream` and `AsyncThrowingStream` keep everything that is yielded until somebody takes it: the default
        policy is `.unbounded`. A producer that is faster than its consumer fills memory, and the delay of each element
        grows with it. Nothing slows the producer down.

        Give it a policy, `.bufferingNewest(n)` or `.bufferingOldest(n)`, or use a channel whose sender waits. Where the
        number of elements is bounded otherwise, suppress the finding and say by what.

        Silent where all elements are seen to be yielded outside loops and callbacks, where a function gets the
        continuation, for streams that are pulled or dropped at once, and for those of `Void`, which carry a signal.
        """,
      bad: [
        """
        func readings() -> AsyncStream<Double> {
          AsyncStream { continuation in // !
            sensor.onReading = { continuation.yield($0) }
          }
        }
        """,
        """
        func start() {
          let (stream, continuation) = AsyncStream.makeStream(of: Event.self) // !
          let jobs = Channel<Job>(.unbounded) // !
          listen { event in continuation.yield(event) }
          consume(stream, jobs)
        }
        """,
        """
        let lines = AsyncThrowingStream<String, any Error>(bufferingPolicy: .unbounded) { output in // !
          read { output.yield($0) }
        }
        """,
      ],
      good: [
        """
        func readings() -> AsyncStream<Double> {
          AsyncStream(bufferingPolicy: .bufferingNewest(16)) { continuation in
            sensor.onReading = { continuation.yield($0) }
          }
        }
        """,
        """
        func one(_ value: Int) -> AsyncStream<Int> {
          AsyncStream { continuation in
            continuation.yield(value)
            continuation.finish()
          }
        }
        let pulled = AsyncStream { await next() }
        let jobs = Channel<Job>(.buffered(16))
        """,
        """
        func stopSignal() async {
          let (stopped, stop) = AsyncStream<Never>.makeStream()
          onSignal { stop.finish() }
          for await _ in stopped {}
        }
        """,
        """
        var changes: AsyncStream<Void> {
          AsyncStream { output in
            source.onChange { output.yield(()) }
          }
        }
        func ticks() -> some AsyncSequence {
          AsyncStream { output in
            source.onTick { output.yield() }
          }
        }
        """,
        """
        func test() async {
          let model = Picker(output: AsyncStream<String>.makeStream().continuation)
          let done = AsyncThrowingStream.makeStream(of: Bool.self)
          recorder.start = { try await done.stream.first { _ in true }! }
          done.continuation.finish(throwing: Broken())
          await model.receive(\\.memo.done.failure)
        }
        """,
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for type in ["AsyncStream", "AsyncThrowingStream"] where file.isForeign(type) {
        for call in file.calls(named: type, "makeStream", "init") where call.makes(type) {
          guard call.hasNoPolicy, let continuation = call.continuation, !continuation.isBounded else { continue }
          reports.report("this stream buffers without a bound: nothing slows its producer down", at: call)
        }
      }
      for name in ["Channel", "makeChannel"] where file.isForeign(name) {
        for call in file.calls(named: name) {
          guard let kind = call.arguments.first, kind.label == nil,
            kind.expression.as(MemberAccessExprSyntax.self)?.declName.baseName.text == "unbounded", !call.carriesNothing
          else { continue }
          reports.report("this channel buffers without a bound: nothing slows its senders down", at: call)
        }
      }
    }
  }

  /// Who yields into a stream, as far as it can be seen.
  private enum Continuation {
    /// The first parameter of the closure that builds the stream.
    case parameter(ClosureExprSyntax)
    /// A variable.
    case variable(Binding)
    /// It goes elsewhere at once.
    case elsewhere

    /// Whether each element is yielded once, where the continuation is made.
    var isBounded: Bool {
      switch self {
      case .elsewhere: return false
      case .parameter(let closure):
        let name = closure.parameterNames.first ?? "$0"
        var uses: [DeclReferenceExprSyntax] = []
        closure.statements.walk { node in
          if let use = node.as(DeclReferenceExprSyntax.self), use.baseName.text == name, !use.isMember {
            uses.append(use)
          }
          return .into
        }
        if name == "_" || uses.contains(where: \.yieldsNothing) { return true }
        return !uses.isEmpty && uses.allSatisfy { $0.isBoundedUse(in: Syntax(closure)) }
      case .variable(let binding):
        guard binding.kind == .local, let function = binding.node.enclosingFunction else { return false }
        if binding.isBesideFirstAlone { return true }
        let uses = binding.uses
        return uses.contains(where: \.yieldsNothing) || uses.allSatisfy { $0.isBoundedUse(in: function) }
      }
    }
  }

  extension Binding {
    /// Whether the stream that was made beside the continuation is asked for its first element and nothing else.
    fileprivate var isBesideFirstAlone: Bool {
      guard place == 1, let stream = beside(0) else { return false }
      let uses = stream.uses
      return !uses.isEmpty
        && uses.allSatisfy { $0.parent?.as(MemberAccessExprSyntax.self)?.declName.baseName.text == "first" }
    }
  }

  extension DeclReferenceExprSyntax {
    /// Whether `finish()` stands below in the same list of statements: nothing is yielded after that.
    fileprivate var isFollowedByFinish: Bool {
      guard let item = ancestors.first(where: { $0.kind == .codeBlockItem }), let list = item.parent else {
        return false
      }
      return list.children(viewMode: .sourceAccurate).contains { next in
        guard next.position > item.position || next.as(CodeBlockItemSyntax.self)?.item.is(DeferStmtSyntax.self) == true
        else { return false }
        return next.hasOwnNode { node in
          guard let call = node.as(FunctionCallExprSyntax.self), call.calledName == "finish" else { return false }
          return call.calledExpression.path?.first == baseName.text
        }
      }
    }
  }

  extension Syntax {
    /// Whether what stands in it runs once when it runs: no loop without a literal's bounds, no callback.
    fileprivate var runsOnce: Bool {
      if let closure = self.as(ClosureExprSyntax.self) {
        return closure.callTaking.map { $0.startsTask || $0.isSpawn } == true
      }
      if let loop = self.as(ForStmtSyntax.self) {
        return loop.sequence.is(ArrayExprSyntax.self)
          || loop.sequence.as(SequenceExprSyntax.self)?.elements.allSatisfy {
            $0.is(IntegerLiteralExprSyntax.self) || $0.is(BinaryOperatorExprSyntax.self)
          } == true
      }
      return !kind.isLoop && !kind.isBoundary
    }
  }

  extension DeclReferenceExprSyntax {
    /// Whether a function or a local variable gets it: what happens there is not followed. Not so for what a property
    /// or a new object keeps.
    private var isHandedOn: Bool {
      if let list = parent?.as(ExprListSyntax.self) {
        return list.count == 3 && list.last?.id == ExprSyntax(self).id && list.first?.binding?.kind == .local
      }
      guard let call = parent?.as(LabeledExprSyntax.self)?.parent?.parent?.as(FunctionCallExprSyntax.self),
        let name = call.calledName
      else { return false }
      return name.first?.isLowercase == true && name != "init"
    }

    /// `continuation.yield()`: the stream's elements are `Void`.
    fileprivate var yieldsNothing: Bool {
      var member = parent?.as(MemberAccessExprSyntax.self)
      if member?.declName.baseName.text == "continuation" { member = member?.parent?.as(MemberAccessExprSyntax.self) }
      guard let member, member.declName.baseName.text == "yield",
        let call = member.parent?.as(FunctionCallExprSyntax.self)
      else { return false }
      return call.arguments.isEmpty && call.closures.isEmpty
    }

    /// `continuation.finish()` anywhere, and `continuation.yield(x)` where it runs at most once.
    fileprivate func isBoundedUse(in function: Syntax) -> Bool {
      guard var member = parent?.as(MemberAccessExprSyntax.self), member.base?.id == ExprSyntax(self).id else {
        return isHandedOn
      }
      // `made.continuation.yield(x)`, where stream and continuation were not taken apart.
      if member.declName.baseName.text == "stream" { return true }
      if member.declName.baseName.text == "continuation" {
        guard let outer = member.parent?.as(MemberAccessExprSyntax.self), outer.base?.id == ExprSyntax(member).id else {
          return false
        }
        member = outer
      }
      switch member.declName.baseName.text {
      case "finish", "onTermination": return true
      case "yield":
        let between = ancestors.prefix { $0.id != function.id }
        // What is yielded before anybody can iterate is a collection, whatever loops there are.
        if !between.contains(where: { $0.kind.isBoundary }) {
          return !between.contains { $0.kind.isLoop && $0.hasOwnNode(where: \.isSuspension) }
        }
        return between.allSatisfy(\.runsOnce) || isFollowedByFinish
      default: return false
      }
    }
  }

  extension FunctionCallExprSyntax {
    /// `AsyncStream {}`, `AsyncStream<Int>.init {}`, `AsyncStream.makeStream()`.
    fileprivate func makes(_ type: String) -> Bool {
      guard var path = calledExpression.path else { return false }
      if path.first == "Swift" || path.first == "_Concurrency" { path.removeFirst() }
      guard path.first == type else { return false }
      if path == [type, "makeStream"] { return !carriesNothing }
      // What takes a closure without a parameter, or one called `unfolding`, is pulled.
      guard path.count == 1 || path == [type, "init"], let build = closures.last, build.label != "unfolding" else {
        return false
      }
      return !carriesNothing && (build.signature?.parameterClause != nil || build.usesShorthand)
    }

    /// `AsyncStream<Never>` ends, `AsyncStream<Void>` signals.
    fileprivate var carriesNothing: Bool {
      var callee = calledExpression
      if let member = callee.as(MemberAccessExprSyntax.self), let base = member.base { callee = base }
      let arguments =
        callee.as(GenericSpecializationExprSyntax.self)?.genericArgumentClause
        ?? declaredType?.as(IdentifierTypeSyntax.self)?.genericArgumentClause
      if let arguments {
        return ["Never", "Void", "()"].contains(arguments.arguments.first?.argument.trimmedDescription)
      }
      let element = (argument("of") ?? argument(nil))?.path
      return element == ["Never", "self"] || element == ["Void", "self"]
    }

    /// The type that is written for its value: of the variable, or of the function or property that returns it.
    private var declaredType: TypeSyntax? {
      if let clause = parent?.as(InitializerClauseSyntax.self) {
        return clause.parent?.as(PatternBindingSyntax.self)?.typeAnnotation?.type
      }
      let isReturned = parent?.is(ReturnStmtSyntax.self) == true
      guard isReturned || (parent?.parent?.as(CodeBlockItemListSyntax.self)).map({ $0.count == 1 }) == true,
        let function = enclosingFunction
      else { return nil }
      if let function = function.as(FunctionDeclSyntax.self) { return function.signature.returnClause?.type }
      return function.is(ClosureExprSyntax.self)
        ? nil
        : function.ancestors.first { $0.kind == .patternBinding }?.as(PatternBindingSyntax.self)?.typeAnnotation?.type
    }

    fileprivate var hasNoPolicy: Bool {
      guard let policy = argument("bufferingPolicy") ?? argument("limit") else { return true }
      return policy.lastName == "unbounded"
    }

    fileprivate var continuation: Continuation? {
      if calledName != "makeStream" { return closures.last.map { .parameter($0) } }
      // Nobody holds the stream: what is yielded into it is dropped.
      if parent?.as(MemberAccessExprSyntax.self)?.declName.baseName.text == "continuation" { return nil }
      guard let clause = parent?.as(InitializerClauseSyntax.self)?.parent?.as(PatternBindingSyntax.self) else {
        // A list or another call takes it: not followed.
        return parent?.is(ArrayElementSyntax.self) == true || parent?.is(LabeledExprSyntax.self) == true
          ? nil : .elsewhere
      }
      if let tuple = clause.pattern.as(TuplePatternSyntax.self), tuple.elements.count == 2,
        let name = tuple.elements.last?.pattern.as(IdentifierPatternSyntax.self)?.identifier.text,
        let binding = bindingAfterStatement(named: name)
      {
        return .variable(binding)
      }
      if let name = clause.pattern.as(IdentifierPatternSyntax.self)?.identifier.text,
        let binding = bindingAfterStatement(named: name)
      {
        return .variable(binding)
      }
      return .elsewhere
    }
  }

  extension ClosureExprSyntax {
    fileprivate var usesShorthand: Bool {
      statements.hasNode { $0.as(DeclReferenceExprSyntax.self)?.baseName.text == "$0" }
    }
  }
#endif
