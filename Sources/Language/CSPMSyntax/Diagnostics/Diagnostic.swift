/// Something to tell the author of a script, with its place.
public struct Diagnostic: Error, Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable { case error, warning }

  public struct Note: Hashable, Sendable {
    public var message: String
    public var span: Span?
    public init(_ message: String, at span: Span? = nil) {
      self.message = message
      self.span = span
    }
  }

  public var severity: Severity
  /// Stable and kebab-case, such as `unknown-name`; names the page under Documentation/Diagnostics.
  public var id: String
  /// One phrase in lower case without a full stop: the rule, what was expected and what is there.
  public var message: String
  /// Nil where no place applies, such as a file that cannot be read.
  public var span: Span?
  public var notes: [Note]

  public init(_ severity: Severity = .error, id: String, _ message: String, at span: Span?, notes: [Note] = []) {
    self.severity = severity
    self.id = id
    self.message = message
    self.span = span
    self.notes = notes
  }
}
