import CSPMSyntax
import ProcessTerms

/// A part of a piece of code, which runs without being retained: counting references to code that never goes away was
/// a third of the time of evaluation.
///
/// Invariant: whoever holds a part holds its code, so the reference is good for as long as the part.
struct Part {
  let code: Code
  // SAFETY: not retained by itself; `code` holds the same object.
  private let reference: Unmanaged<Code>

  init(_ code: Code) {
    self.code = code
    reference = Unmanaged.passUnretained(code)
  }

  var span: Span {
    @inline(__always) get { reference._withUnsafeGuaranteedRef { $0.span } }
  }
  @inline(__always) func evaluate(_ e: Evaluator, _ f: Frame) throws -> Value {
    try reference._withUnsafeGuaranteedRef { try $0.evaluate(e, f) }
  }
  @inline(__always) func evaluateLast(_ e: Evaluator, _ f: Frame) throws -> Value? {
    try reference._withUnsafeGuaranteedRef { try $0.evaluateLast(e, f) }
  }
  @inline(__always) func delayed(_ e: Evaluator, _ f: Frame) throws -> Value {
    try reference._withUnsafeGuaranteedRef { try $0.delayed(e, f) }
  }
  @inline(__always) func process(_ e: Evaluator, _ f: Frame) throws -> Process {
    try reference._withUnsafeGuaranteedRef { try $0.process(e, f) }
  }
}

/// Objects in a row, which can be gone through without being retained.
final class Row<Element: AnyObject> {
  // SAFETY: owned: allocated and initialised by init with retained objects, which deinit gives up; never changed.
  private let base: UnsafeMutablePointer<Unmanaged<Element>>
  let count: Int

  init(_ elements: [Element]) {
    count = elements.count
    base = .allocate(capacity: elements.count)
    for (i, element) in elements.enumerated() { (base + i).initialize(to: .passRetained(element)) }
  }

  deinit {
    for i in 0..<count { base[i].release() }
    base.deallocate()
  }

  /// Runs `body` with the element at an index, which has to be below `count`.
  @inline(__always)
  func with<R>(_ index: Int, _ body: (Element) throws -> R) rethrows -> R {
    try base[index]._withUnsafeGuaranteedRef(body)
  }

  func map<T>(_ body: (Element) throws -> T) rethrows -> [T] {
    try (0..<count).map { try with($0, body) }
  }
}
