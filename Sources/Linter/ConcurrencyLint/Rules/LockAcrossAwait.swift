// A lock that is held while its task is suspended.
#if Lint
  import SwiftSyntax

  enum LockAcrossAwait: SwiftRule {
    static let description = RuleDescription(
      id: "lock-across-await", language: .swift, summary: "a lock is held across an `await` or a channel operation",
      rationale: """
        While the task is suspended the lock stays taken. Whoever wants it blocks a thread of the executor; if the
        task that would resume this one is among them, nobody goes on. Most locks must also be released by the thread
        that took them, and after an `await` the task may run on another.

        Release the lock first, or let an actor hold the state. Of 68 blocking bugs of Go programs in the GoKer
        collection, 13 hold a lock across a channel operation.

        Locks are recognised by `lock()` and `unlock()` on one name in one function. A lock whose `lock()` is awaited is
        made for this and is passed over.
        """,
      bad: [
        """
        func update(_ key: String) async {
          lock.lock()
          table[key] = await fetch(key) // !
          lock.unlock()
        }
        """,
        """
        func publish(_ value: Int) async throws {
          lock.lock()
          defer { lock.unlock() }
          if isOpen {
            try await channel.send(value) // !
          }
        }
        """,
      ],
      good: [
        """
        func update(_ key: String) async {
          let value = await fetch(key)
          lock.lock()
          table[key] = value
          lock.unlock()
          await notify()
        }
        """,
        """
        func next() async -> Int {
          lock.lock()
          return await withCheckedContinuation { continuation in
            waiters.append(continuation)
            lock.unlock()
          }
        }
        func update(_ key: String) async {
          await gate.lock()
          defer { gate.unlock() }
          await store(key)
        }
        """,
        """
        func next() async -> Int {
          lock.lock()
          if let value = buffer.popFirst() {
            lock.unlock()
            await log(value)
            return value
          }
          lock.unlock()
          return await wait()
        }
        """,
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      guard !file.calls(named: "lock", "pthread_mutex_lock", "os_unfair_lock_lock").isEmpty else { return }
      for block in file.blocks {
        let items = Array(block)
        for (index, item) in items.enumerated() {
          guard let taken = item.statementCall, let lock = taken.locked else { continue }
          guard let suspension = suspension(in: items[(index + 1)...], before: lock) else { continue }
          reports.report("`\(lock)` is held across this `await`", at: suspension, notes: [("it is taken here", taken)])
        }
      }
    }

    /// The first suspension before the lock is released.
    private static func suspension(in items: ArraySlice<CodeBlockItemSyntax>, before lock: String) -> Syntax? {
      for item in items {
        if item.item.is(DeferStmtSyntax.self) { continue }
        var first: Syntax?, isReleased = false
        item.walkOwn { node in
          if isReleased || first != nil || node.kind == .deferStmt { return .past }
          if node.as(FunctionCallExprSyntax.self)?.unlocked == lock {
            isReleased = true
          } else if node.isSuspension {
            // `await withCheckedContinuation { … lock.unlock() … }`: the body runs at once, and lets go of the lock.
            let releases = node.hasNode { $0.as(FunctionCallExprSyntax.self)?.unlocked == lock }
            if releases { isReleased = true } else { first = node }
          }
          return .into
        }
        if let first { return first }
        if isReleased { return nil }
      }
      return nil
    }
  }

  extension CodeBlockItemSyntax {
    /// The call that the statement is, without `await`.
    fileprivate var statementCall: FunctionCallExprSyntax? { item.as(FunctionCallExprSyntax.self) }
  }

  extension FunctionCallExprSyntax {
    /// What the call locks, as it is written.
    fileprivate var locked: String? {
      subject(method: "lock", functions: ["pthread_mutex_lock", "os_unfair_lock_lock"])
    }

    fileprivate var unlocked: String? {
      subject(method: "unlock", functions: ["pthread_mutex_unlock", "os_unfair_lock_unlock"])
    }

    private func subject(method: String, functions: Set<String>) -> String? {
      guard let name = calledName else { return nil }
      if name == method, arguments.isEmpty, closures.isEmpty { return receiver?.trimmedDescription }
      guard functions.contains(name), arguments.count == 1, let only = arguments.first else { return nil }
      return String(only.expression.trimmedDescription.drop { $0 == "&" })
    }
  }
#endif
