// A rule's page: what `--explain` prints, what SARIF carries, and what stands below Documentation/Lint/Rules.
#if Lint
  extension RuleDescription {
    /// Markdown. The marks of bad lines stay, as comments: they say which line is meant.
    package var page: String {
      var parts = [
        "# \(id)", "*\(summary.prefix(1).uppercased())\(summary.dropFirst())*", facts, rationale, "## Breaks the rule",
      ]
      parts += bad.map { Self.block($0.split(separator: "\n", omittingEmptySubsequences: false).map(Self.remark)) }
      parts.append("## Keeps it")
      parts += good.map { Self.block([$0]) }
      parts.append(
        acceptsContract
          ? "A contract in the line before, or in its own, ends a finding: `// martlet: owned by <who> <why>`."
          : "`// martlet:disable:next \(id) <reason>` in the line before ends a finding.")
      return parts.joined(separator: "\n\n") + "\n"
    }

    private var facts: String {
      isOnByDefault
        ? "On by default, as a \(severity.rawValue)." : "Off by default; as a \(severity.rawValue) where it is on."
    }

    private static func remark(_ line: Substring) -> String {
      line.hasSuffix(" // !") ? line.dropLast(5) + "  // ← here" : String(line)
    }

    private static func block(_ lines: [String]) -> String { "```text\n\(lines.joined(separator: "\n"))\n```" }
  }
#endif
