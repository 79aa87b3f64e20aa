import CSPMSyntax
public import ProcessTerms

/// Evaluates the expressions of one script, lazily, and turns its processes into terms of a ``ProcessTable``.
///
/// Invariants:
/// - I1: `stack` is allocated once; frames lie on it in the order of the calls.
/// - I2: a thunk is evaluated once; asking for it meanwhile is an error of the script, not a loop.
/// - I3: every loop over elements and every call counts a step, so that limits are seen in time.
/// - I4: recursion ends in a diagnostic before the thread's stack does.
///
/// Not `Sendable`; evaluation recurses, so give it a thread with a large stack (see `Stack.run`).
public final class Evaluator {
  public let table: ProcessTable
  /// Asked every few thousand steps; throws to end the evaluation.
  public var checkpoint: (() throws -> Void)?

  // The top level: its names are the cells of one context.
  let global = Context(site: -1, captured: [])
  var globalNames: [String] = []

  // Channels and constructors.
  var tags: [Tag] = []
  var channels: [Tag] = []
  private var plainDots: [Int: DotValue] = [:]
  var channelProductions: [Int: SetValue] = [:]
  var events: [Value: Event] = [:]
  var eventValues: [Int32: DotValue] = [:]
  var allEvents: SetValue?

  // Deferred processes.
  var deferrals: [Int32: Deferral] = [:]
  var deferralIndex: [DeferralKey: Process] = [:]

  // SAFETY: owned by the evaluator and freed in deinit; slots are initialised exactly while a frame covers them (I1).
  private let stack: UnsafeMutablePointer<Value>
  private static let stackCapacity = 1 << 22
  private var used = 0
  private let stackLimit: UInt
  private var steps = 0

  init(table: ProcessTable) {
    self.table = table
    stack = .allocate(capacity: Self.stackCapacity)
    stackLimit = Stack.limit()
    global.isNormal = true
    table.source = self
  }

  deinit { stack.deallocate() }

  // MARK: Frames and steps

  /// Runs `body` with fresh slots.
  @inline(__always)
  func withFrame<R>(_ slots: Int, _ context: Context, at span: Span, _ body: (Frame) throws -> R) throws -> R {
    try checkDepth(at: span)
    try step(at: span)
    if used + slots > Self.stackCapacity { throw tooDeep(at: span) }
    let base = stack + used
    base.initialize(repeating: .integer(0), count: slots)
    used += slots
    defer {
      used -= slots
      base.deinitialize(count: slots)
    }
    return try body(Frame(slots: base, context: context))
  }

  /// Counts a step (I3).
  @inline(__always)
  func step(at span: Span) throws {
    steps &+= 1
    if steps & 4095 == 0 { try checkpoint?() }
  }

  /// Ends recursion that would overrun the thread's stack (I4).
  @inline(__always)
  func checkDepth(at span: Span) throws {
    if Stack.here() < stackLimit { throw tooDeep(at: span) }
  }

  @inline(never)
  private func tooDeep(at span: Span) -> Diagnostic {
    Diagnostic(
      id: "recursion-too-deep", "evaluation goes too deep here; this recursion has no end, or needs an accumulator",
      at: span)
  }

  func defect(_ message: String, at span: Span) -> Diagnostic {
    Diagnostic(id: "internal", "internal error: \(message); please report it", at: span)
  }

  func mismatch(_ expected: String, _ found: Value, at span: Span) -> Diagnostic {
    Diagnostic(id: "type-mismatch", "expected \(expected), found \(found.kind): \(describe(found))", at: span)
  }

  /// The channel or constructor without fields.
  func plain(_ tag: Tag) -> DotValue {
    if let known = plainDots[tag.id] { return known }
    let dot = DotValue(tag: tag, fields: [], isComplete: !tag.hasFields)
    plainDots[tag.id] = dot
    return dot
  }
}
