// The configuration, in YAML.
//
//     rules:
//       unowned-task: error        # note, warning, error, on, off
//     exclude: [Generated/**]
//     paths:
//       - match: Tests/**
//         rules: { unbounded-stream: off }
//
// I1. Unknown keys, rules and values are errors: a rule that is misspelt must not be off in silence.
// I2. The text is small and is read to a fixed depth, so that aliases cannot make it large.
#if Lint
  import ConcurrencyLint
  import Foundation
  import Yams

  /// Which rules apply to which files.
  struct Configuration: Sendable {
    /// What one part of the configuration says of rules; nil is off.
    typealias Settings = [String: Severity?]

    var rules: [String: Severity]
    var exclude: [Glob] = []
    /// Later ones win.
    var overrides: [(match: Glob, settings: Settings)] = []

    static let usualFile = ".martlet-lint.yml"
    private static let largest = 1 << 16

    static func read(_ path: String?) throws -> Configuration {
      var configuration = Configuration(rules: Linter.defaultRules)
      guard path != nil || FileManager.default.fileExists(atPath: usualFile) else { return configuration }
      let path = path ?? usualFile
      guard let data = FileManager.default.contents(atPath: path) else { throw InputError("cannot read `\(path)`") }
      guard data.count <= largest, let text = String(data: data, encoding: .utf8) else {
        throw InputError("`\(path)` has more than \(largest) bytes, or is not UTF-8")
      }
      do {
        try configuration.apply(text)
      } catch let error as InputError {
        throw InputError("\(path): \(error.message)")
      } catch {
        throw InputError("\(path): \(error)")
      }
      return configuration
    }

    private mutating func apply(_ text: String) throws {
      guard let root = try Yams.compose(yaml: text) else { return }
      for (key, value) in try root.pairs("the configuration") {
        switch key {
        case "rules": rules.apply(try value.settings())
        case "exclude": exclude = try value.texts().map(Glob.init)
        case "paths":
          guard let entries = value.sequence else { throw InputError("`paths` is a list") }
          overrides = try entries.map { try Self.override($0) }
        default: throw InputError("there is no key `\(key)`; there are `rules`, `exclude` and `paths`")
        }
      }
    }

    private static func override(_ node: Node) throws -> (match: Glob, settings: Settings) {
      var match: Glob?, settings: Settings = [:]
      for (key, value) in try node.pairs("an entry of `paths`") {
        switch key {
        case "match": match = try value.texts().first.map(Glob.init)
        case "rules": settings = try value.settings()
        default: throw InputError("an entry of `paths` has `match` and `rules`, and no `\(key)`")
        }
      }
      guard let match else { throw InputError("an entry of `paths` has no `match`") }
      return (match, settings)
    }

    /// What the command line adds: these rules alone, or all rules.
    func restricted(to only: [String], all: Bool) throws -> Configuration {
      var configuration = self
      if all {
        for rule in Linter.allRules where rules[rule.id] == nil { configuration.rules[rule.id] = rule.severity }
      }
      guard !only.isEmpty else { return configuration }
      let severities = Dictionary(uniqueKeysWithValues: Linter.allRules.map { ($0.id, $0.severity) })
      configuration.rules = [:]
      for rule in only {
        guard let severity = severities[rule] else { throw InputError("there is no rule `\(rule)`") }
        configuration.rules[rule] = rules[rule] ?? severity
      }
      return configuration
    }

    /// The rules that apply to a file.
    func rules(for path: String) -> [String: Severity] {
      overrides.reduce(into: rules) { rules, override in
        if override.match.matches(path) { rules.apply(override.settings) }
      }
    }
  }

  extension [String: Severity] {
    fileprivate mutating func apply(_ settings: Configuration.Settings) {
      for (rule, severity) in settings { self[rule] = severity }
    }
  }

  extension Node {
    fileprivate func pairs(_ what: String) throws -> [(String, Node)] {
      guard let mapping else { throw InputError("\(what) is a mapping") }
      return try mapping.map { key, value in
        guard let key = key.string else { throw InputError("a key of \(what) is not text") }
        return (key, value)
      }
    }

    /// A text, or a list of texts.
    fileprivate func texts() throws -> [String] {
      if let string { return [string] }
      return try (sequence.map { Array($0) } ?? []).map { node in
        guard let text = node.string else { throw InputError("a list of texts holds something else") }
        return text
      }
    }

    fileprivate func settings() throws -> Configuration.Settings {
      var settings: Configuration.Settings = [:]
      for (rule, value) in try pairs("`rules`") {
        guard let description = Linter.allRules.first(where: { $0.id == rule }) else {
          throw InputError("there is no rule `\(rule)`")
        }
        let text = value.string ?? ""
        // YAML 1.1 reads `off` and `on` as truth values; as text they are what was written.
        switch text.lowercased() {
        case "off", "false", "no": settings[rule] = .some(nil)
        case "on", "true", "yes": settings[rule] = description.severity
        default:
          guard let severity = Severity(rawValue: text) else {
            throw InputError("`\(rule)` is one of off, on, note, warning, error, and not `\(text)`")
          }
          settings[rule] = severity
        }
      }
      return settings
    }
  }
#endif
