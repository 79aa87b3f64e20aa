import CSPMNames
import CSPMSyntax

/// Where a name leads.
enum Binding {
  case slot(Int)
  case captured(Int)
  /// A name of a `let`: where its context is, and which cell.
  case cell(CaptureSource, Int)
  case global(Int)
}

/// The code of one function, thunk or process body, and its slots. Names are symbols, of which each is bound once, so
/// that nothing has to be hidden or restored.
final class FrameScope {
  let context: ContextScope
  private var nextSlot: Int
  private(set) var slotCount: Int
  private var bindings: [SymbolID: Binding] = [:]

  init(_ context: ContextScope, firstSlot: Int = 0) {
    self.context = context
    nextSlot = firstSlot
    slotCount = firstSlot
  }

  func newSlot() -> Int {
    nextSlot += 1
    slotCount = max(slotCount, nextSlot)
    return nextSlot - 1
  }

  func bind(_ name: SymbolID, _ binding: Binding) { bindings[name] = binding }

  /// The slots that `body` takes are used again after it.
  func block<R>(_ body: () throws -> R) rethrows -> R {
    let slot = nextSlot
    defer { nextSlot = slot }
    return try body()
  }

  /// The binding as seen from this frame; nil for a name of the top level.
  func find(_ name: SymbolID) -> Binding? { bindings[name] ?? context.find(name) }
}

/// What a piece of code sees of its surroundings.
final class ContextScope {
  let parent: FrameScope?
  let captures = CaptureList()
  /// The names of a `let`, by cell.
  var cells: [SymbolID: Binding] = [:]
  private var known: [SymbolID: Binding] = [:]

  init(parent: FrameScope?) { self.parent = parent }

  func find(_ name: SymbolID) -> Binding? {
    if let own = cells[name] { return own }
    if let known = known[name] { return known }
    guard let outer = parent?.find(name) else { return nil }
    let binding: Binding
    switch outer {
    case .slot(let i): binding = .captured(capture(.slot(i)))
    case .captured(let i): binding = .captured(capture(.captured(i)))
    case .cell(let source, let cell): binding = .cell(.captured(capture(source)), cell)
    case .global: return outer
    }
    known[name] = binding
    return binding
  }

  private func capture(_ source: CaptureSource) -> Int {
    if let at = captures.sources.firstIndex(where: { Self.same($0, source) }) { return at }
    captures.sources.append(source)
    return captures.sources.count - 1
  }

  private static func same(_ a: CaptureSource, _ b: CaptureSource) -> Bool {
    switch (a, b) {
    case (.slot(let i), .slot(let j)), (.captured(let i), .captured(let j)): i == j
    case (.context, .context): true
    default: false
    }
  }
}
