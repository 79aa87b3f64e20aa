// The languages whose sources are read.
//
// This is the seam for a further language: give it a case, an entry in `Linter.analysers`, and rules of its own. What
// findings are, contracts, suppressions, fingerprints and fixes are the same for all.
#if Lint
  /// A language whose sources are read.
  package enum SourceLanguage: String, Codable, Sendable, CaseIterable {
    case swift, go

    /// The language of a file, by the end of its name.
    package init?(path: String) {
      guard let language = Self.allCases.first(where: { path.hasSuffix("." + $0.fileExtension) }) else { return nil }
      self = language
    }

    /// The end of a file's name, without the dot.
    package var fileExtension: String {
      switch self {
      case .swift: "swift"
      case .go: "go"
      }
    }
  }

  /// What reads the sources of one language.
  ///
  /// It runs on a thread with a large stack, one file at a time, and shares nothing with the analyses of other files.
  protocol SourceAnalyser: Sendable {
    /// The rules that it knows.
    var rules: [RuleDescription] { get }

    /// Reads a file and applies rules to it.
    ///
    /// `rules` are the ids of those that are asked for. `version` is the language version of a Go file's module; nil is
    /// the newest.
    func analyse(_ text: SourceText, rules: Set<String>, version: GoVersion?) -> Analysis
  }

  /// What an analyser found in a file.
  struct Analysis {
    var findings: [Finding] = []
    /// The comments in which directives may stand: those that hold the word `martlet:`.
    var comments: [Comment] = []
    /// Why the file could not be read to its end; findings are then left out.
    var problem: Problem?
  }

  /// A comment, without what marks it as one.
  struct Comment {
    var text: String
    var span: Span
  }

  /// Why a file is not checked.
  struct Problem {
    var message: String
    var offset: Int
  }
#endif
