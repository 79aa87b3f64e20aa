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
  // SAFETY: unchecked: see below.
  @exclusivity(unchecked) public var checkpoint: (() throws -> Void)?

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
  private var source: EvaluatorSource?
  var deferrals: [Int32: Deferral] = [:]
  var deferralIndex: [DeferralKey: Process] = [:]
  /// Where `prioritise` and `chase` stand.
  var notedPlaces: [Process: Span] = [:]

  // SAFETY: unchecked exclusivity, here and in the values: the checks took a tenth of the time of evaluation. An evaluator
  // belongs to one thread, and no access to one of these properties calls anything.
  //
  // SAFETY: owned by the evaluator and freed in deinit; slots are initialised exactly while a frame covers them (I1).
  private let stack: UnsafeMutablePointer<Value>
  private static let stackCapacity = 1 << 22
  @exclusivity(unchecked) private var used = 0
  /// The function and context of a call in the last position of a body, whose arguments lie behind the frame: see
  /// `call` and `prepareCall`.
  // SAFETY: not retained; the code of a script lives as long as its evaluator.
  @exclusivity(unchecked) private var nextCode: Unmanaged<FunctionCode>?
  @exclusivity(unchecked) private var nextContext: Context?
  private let stackLimit: UInt
  @exclusivity(unchecked) private var steps = 0

  init(table: ProcessTable) {
    self.table = table
    stack = .allocate(capacity: Self.stackCapacity)
    stackLimit = Stack.limit()
    global.isNormal = true
    source = EvaluatorSource(self)
    table.source = source
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
    // The frame does not hold its context.
    defer { withExtendedLifetime(context) { leave(base, slots) } }
    return try body(Frame(slots: base, context: Unmanaged.passUnretained(context)))
  }

  // MARK: Calls

  /// Calls a function with the values of expressions of the frame `f`.
  func call(
    _ function: FunctionCode, _ context: Context, _ arguments: Row<Code>, _ f: Frame, at span: Span
  ) throws -> Value {
    try call(function, context, at: span) { slots in
      for i in 0..<arguments.count { slots[i] = try arguments.with(i) { try $0.delayed(self, f) } }
    }
  }

  func call(_ function: FunctionCode, _ context: Context, _ arguments: [Value], at span: Span) throws -> Value {
    try call(function, context, at: span) { slots in
      for i in arguments.indices { slots[i] = arguments[i] }
    }
  }

  /// Calls a function whose arguments `fill` puts into the first slots of its frame.
  // SAFETY: `fill` gets the slots of a frame that has been made, which are initialised (I1), and keeps no pointer.
  @inline(__always)
  private func call(
    _ function: FunctionCode, _ context: Context, at span: Span,
    _ fill: (UnsafeMutablePointer<Value>) throws -> Void
  ) throws -> Value {
    try checkDepth(at: span)
    try step(at: span)
    let slots = function.slots
    if used + slots > Self.stackCapacity { throw tooDeep(at: span) }
    let base = stack + used
    base.initialize(repeating: .integer(0), count: slots)
    used += slots
    do {
      try fill(base)
    } catch {
      leave(base, slots)
      throw error
    }
    return try run(function, context, base, slots, at: span)
  }

  /// Runs a function in a frame that has its arguments, and leaves the frame. A call in the last position of its body
  /// takes the place of the frame, so that a loop written as recursion needs no stack.
  // SAFETY: `base` is the last frame on the stack, of `firstSlots` initialised slots (I1); it is given up here.
  private func run(
    _ function: FunctionCode, _ context: Context, _ base: UnsafeMutablePointer<Value>, _ firstSlots: Int, at span: Span
  ) throws -> Value {
    var slots = firstSlots, repetitions = 0
    // SAFETY: not retained: `context` and then `owner` live until the frame is left, and code as long as the evaluator.
    var code = Unmanaged.passUnretained(function), current = Unmanaged.passUnretained(context), owner: Context?
    defer { withExtendedLifetime((context, owner)) { leave(base, slots) } }
    while true {
      let frame = Frame(slots: base, context: current)
      if let value = try code._withUnsafeGuaranteedRef({ try run($0, frame, at: span) }) { return value }
      // SAFETY: `prepareCall` left the arguments initialised behind the frame, and nobody has used the stack since.
      guard let next = nextCode, let nextContext else { throw defect("a call that was not prepared", at: span) }
      let (count, needed) = next._withUnsafeGuaranteedRef { ($0.argumentCount, $0.slots) }
      let arguments = base + slots
      destroy(base, slots)
      base.moveInitialize(from: arguments, count: count)
      if needed > count { (base + count).initialize(repeating: .integer(0), count: needed - count) }
      used += needed - slots
      slots = needed
      code = next
      if nextContext !== current.takeUnretainedValue() {
        owner = nextContext
        current = Unmanaged.passUnretained(nextContext)
      }
      repetitions += 1
      try step(at: span)
      if used > Self.stackCapacity || repetitions > Self.mostRepetitions { throw tooDeep(at: span) }
    }
  }

  // SAFETY: the last frame on the stack, all of its slots initialised (I1), here and below.
  @inline(__always)
  private func leave(_ base: UnsafeMutablePointer<Value>, _ slots: Int) {
    used -= slots
    destroy(base, slots)
  }

  /// As `deinitialize(count:)`, which is a call through a table for each of the few slots.
  // SAFETY: as `leave`.
  @inline(__always)
  private func destroy(_ base: UnsafeMutablePointer<Value>, _ slots: Int) {
    for i in 0..<slots { (base + i).deinitialize(count: 1) }
  }

  /// Calls in the last position that may follow one another: minutes of work.
  private static let mostRepetitions = 1 << 30

  /// Puts the arguments of a call in the last position behind the frame of the running function, which is the last one
  /// on the stack.
  ///
  /// - Returns: false where there is no room.
  func prepareCall(
    _ code: FunctionCode, _ context: Context, _ arguments: Row<Code>, _ f: Frame
  ) throws -> Bool {
    let count = arguments.count
    // A frame of the new function has to fit in this one's place too.
    guard used + max(count, code.slots) <= Self.stackCapacity else { return false }
    let area = stack + used
    area.initialize(repeating: .integer(0), count: count)
    used += count
    defer { used -= count }
    do {
      for i in 0..<count { area[i] = try arguments.with(i) { try $0.delayed(self, f) } }
    } catch {
      area.deinitialize(count: count)
      throw error
    }
    nextCode = Unmanaged.passUnretained(code)
    if nextContext !== context { nextContext = context }
    return true
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
