// SARIF 2.1.0 (OASIS, 2020), in the part that GitHub reads.
//
// I1. At most 25,000 results a run, which is what GitHub takes; that some were left out is said.
// I2. Paths are relative URIs, percent-encoded; columns are Unicode scalars, and `columnKind` says so.
#if Lint
  import ConcurrencyLint
  import Foundation

  struct SARIFReport: Encodable {
    static let mostResults = 25_000

    struct Message: Encodable {
      var text: String
      var markdown: String?
    }

    struct Region: Encodable {
      var startLine: Int?, startColumn: Int?, endLine: Int?, endColumn: Int?
      var byteOffset: Int?, byteLength: Int?
    }

    struct ArtifactLocation: Encodable {
      var uri: String
      init(_ path: String) {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~/")
        uri = path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
      }
    }

    struct Location: Encodable {
      struct Physical: Encodable {
        var artifactLocation: ArtifactLocation
        var region: Region?
      }
      var physicalLocation: Physical
      var message: Message?

      init(_ path: String, _ region: Region?, _ message: String? = nil) {
        physicalLocation = Physical(artifactLocation: ArtifactLocation(path), region: region)
        self.message = message.map { Message(text: $0) }
      }
    }

    struct Change: Encodable {
      struct ArtifactChange: Encodable {
        struct Replacement: Encodable {
          var deletedRegion: Region
          var insertedContent: Message
        }
        var artifactLocation: ArtifactLocation
        var replacements: [Replacement]
      }
      var description: Message
      var artifactChanges: [ArtifactChange]
    }

    struct Outcome: Encodable {
      var ruleId: String, ruleIndex: Int, level: Severity, message: Message
      var locations: [Location], relatedLocations: [Location]?
      var partialFingerprints: [String: String]
      var fixes: [Change]?
    }

    struct Rule: Encodable {
      struct Defaults: Encodable {
        var enabled: Bool, level: Severity
      }
      var id: String
      var shortDescription: Message, fullDescription: Message, help: Message
      var defaultConfiguration: Defaults
    }

    struct Notification: Encodable {
      var level: Severity, message: Message, locations: [Location]
    }

    struct Invocation: Encodable {
      var executionSuccessful: Bool
      var toolExecutionNotifications: [Notification]
    }

    struct Run: Encodable {
      struct Tool: Encodable {
        struct Driver: Encodable {
          var name = "martlet-lint", version = Linter.version, semanticVersion = Linter.version
          var rules: [Rule]
        }
        var driver: Driver
      }
      var tool: Tool
      var columnKind = "unicodeCodePoints"
      var invocations: [Invocation]
      var results: [Outcome]
    }

    enum CodingKeys: String, CodingKey { case schema = "$schema", version, runs }

    var schema = "https://json.schemastore.org/sarif-2.1.0.json"
    var version = "2.1.0"
    var runs: [Run]

    init(_ results: [FileResult], problems: [InputProblem]) {
      let rules = Linter.allRules + RuleDescription.directives
      let indices = Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($0.element.id, $0.offset) })
      let outcomes = results.flatMap { result in result.report.findings.map { Self.outcome(result.path, $0, indices) } }
      let unread = ReportedProblem.all(results, problems)
      var notifications = unread.map { problem in
        Notification(
          level: .error, message: Message(text: "not checked: \(problem.message)"),
          locations: [
            Location(problem.path, problem.start.map { Region(startLine: $0.line, startColumn: $0.column) })
          ])
      }
      if outcomes.count > Self.mostResults {
        notifications.append(
          Notification(
            level: .warning, message: Message(text: "\(outcomes.count - Self.mostResults) results are left out"),
            locations: []))
      }
      runs = [
        Run(
          tool: .init(driver: .init(rules: rules.map(Self.rule))),
          invocations: [Invocation(executionSuccessful: unread.isEmpty, toolExecutionNotifications: notifications)],
          results: Array(outcomes.prefix(Self.mostResults)))
      ]
    }

    private static func rule(_ rule: RuleDescription) -> Rule {
      Rule(
        id: rule.id, shortDescription: Message(text: rule.summary), fullDescription: Message(text: rule.rationale),
        help: Message(text: rule.rationale, markdown: rule.page),
        defaultConfiguration: .init(enabled: rule.isOnByDefault, level: rule.severity))
    }

    private static func outcome(_ path: String, _ finding: ReportedFinding, _ indices: [String: Int]) -> Outcome {
      let region = Region(
        startLine: finding.start.line, startColumn: finding.start.column, endLine: finding.end.line,
        endColumn: finding.end.column)
      let related = finding.notes.map {
        Location(path, Region(startLine: $0.start.line, startColumn: $0.start.column), $0.message)
      }
      return Outcome(
        ruleId: finding.rule, ruleIndex: indices[finding.rule] ?? -1, level: finding.severity,
        message: Message(text: finding.message), locations: [Location(path, region)],
        relatedLocations: related.isEmpty ? nil : related,
        partialFingerprints: ["martletLint/v1": finding.fingerprint],
        fixes: finding.fix.map { [change(path, $0)] })
    }

    private static func change(_ path: String, _ fix: Fix) -> Change {
      let replacements = fix.edits.map { edit in
        Change.ArtifactChange.Replacement(
          deletedRegion: Region(byteOffset: edit.span.lower, byteLength: edit.span.upper - edit.span.lower),
          insertedContent: Message(text: edit.replacement))
      }
      return Change(
        description: Message(text: fix.title),
        artifactChanges: [.init(artifactLocation: ArtifactLocation(path), replacements: replacements)])
    }

    var text: String { json }
  }
#endif
