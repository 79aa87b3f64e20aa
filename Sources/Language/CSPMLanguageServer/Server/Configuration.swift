public import CSPM
public import CSPMSyntax
public import Refinement

extension LanguageServer {
  /// What the server needs of whoever starts it.
  public struct Configuration: Sendable {
    /// What the server calls itself, such as `0.1.0`.
    public var version: String
    /// How files are reached that are not open in the editor.
    public var disk: any SourceReader & Sendable
    /// A directory which no `include` may leave; nil permits every file.
    public var root: String?
    /// The limits of one check, asked for when it begins.
    public var limits: @Sendable () -> Limits
    /// A result in words: one line, and more lines that say why.
    public var describe: @Sendable (AssertionResult, ScriptSession) -> (summary: String, details: [String])
    /// How far a check has got, in words.
    public var progress: @Sendable (Progress) -> String

    public init(
      version: String, disk: any SourceReader & Sendable, root: String? = nil,
      limits: @escaping @Sendable () -> Limits = { Limits() },
      describe: @escaping @Sendable (AssertionResult, ScriptSession) -> (summary: String, details: [String]),
      progress: @escaping @Sendable (Progress) -> String = { "\($0.states) states" }
    ) {
      self.version = version
      self.disk = disk
      self.root = root
      self.limits = limits
      self.describe = describe
      self.progress = progress
    }
  }
}
