/// How large and how deep a script may be. Beyond each limit stands a located diagnostic, never a trap.
public enum SyntaxLimits {
  /// Brackets, `let` and modules inside one another. In a debug build one takes up to 5 KB of stack, in a release build
  /// less than 1 KB: within the 8 MB that Linux gives a thread.
  public static let nesting = 1_200

  /// The height of an expression, in which a chain of operators counts link by link. Freeing a tree takes at most 260
  /// bytes of stack a level; comparing two with `==` takes some 250 in a release build, 2,000 in a debug build.
  public static let height = 10_000

  /// Errors after which a file is given up, and the most that are reported of a script.
  public static let errors = 100

  /// Inclusions in one script, repeated ones counted each time.
  public static let inclusions = 1_000

  /// How many brackets an inclusion counts for, by the stack that it uses.
  static let inclusionDepth = 4

  /// Bytes in all files of a script together.
  public static let bytes = 1 << 28
}
