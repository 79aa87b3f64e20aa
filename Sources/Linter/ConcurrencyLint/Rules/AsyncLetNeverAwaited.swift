// A child task whose result nobody asks for.
#if Lint
  import SwiftSyntax

  enum AsyncLetNeverAwaited: SwiftRule {
    static let description = RuleDescription(
      id: "async-let-never-awaited", language: .swift, summary: "an `async let` is never awaited",
      rationale: """
        A child task that is never awaited is cancelled at the end of its scope, and then waited for. It looks like
        work in the background; it is work that is called off, as a rule before it has done anything, and its error is
        dropped.

        Await it, or call the function without `async let`.
        """,
      bad: [
        """
        func load() async throws -> Page {
          async let prefetch = cache.warm() // !
          async let _ = log("load") // !
          return try await page()
        }
        """,
        """
        func receive() async {
          async let page = load() // !
          await store.receive(\\.memo.page)
        }
        """,
      ],
      good: [
        """
        func load() async throws -> Page {
          async let header = header()
          async let body = body()
          return Page(try await header, try await body)
        }
        """,
        """
        func load() async -> [Int] {
          async let first = one(), second = two()
          let both = await (first, second)
          return [both.0, both.1]
        }
        """,
        """
        func load() async throws -> (Page, Int?) {
          async let page = page()
          #if os(iOS)
            async let extra = more()
          #else
            async let extra: Int? = nil
          #endif
          return try await (page, extra)
        }
        """,
      ])

    static func check(_ file: SwiftFile, _ reports: inout SwiftReports) {
      for variable in file.variables where variable.modifiers.contains(where: { $0.name.text == "async" }) {
        guard let list = variable.parent?.parent?.as(CodeBlockItemListSyntax.self)?.block else { continue }
        for binding in variable.bindings where !list.mentions(binding.pattern, after: variable) {
          let name = binding.pattern.trimmedDescription
          reports.report(
            name == "_"
              ? "this child task is never awaited: it is cancelled when its scope ends"
              : "`\(name)` is never awaited: the child task is cancelled when its scope ends", at: binding.pattern)
        }
      }
    }
  }

  extension CodeBlockItemListSyntax {
    /// Whether one of the names that a pattern binds is used after the declaration.
    fileprivate func mentions(_ pattern: PatternSyntax, after declaration: VariableDeclSyntax) -> Bool {
      var names: Set<String> = []
      if let only = pattern.as(IdentifierPatternSyntax.self) { names.insert(only.identifier.text) }
      pattern.walk { node in
        if let name = node.as(IdentifierPatternSyntax.self)?.identifier.text { names.insert(name) }
        return .into
      }
      return hasNode { node in
        guard let use = node.as(DeclReferenceExprSyntax.self), use.position >= declaration.endPosition, !use.isMember
        else { return false }
        return names.contains(use.baseName.text)
      }
    }
  }
#endif
