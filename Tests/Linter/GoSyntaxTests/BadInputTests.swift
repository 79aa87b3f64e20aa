/// Deep nesting, long lines and broken bytes: each ends in a tree or a problem.
#if Lint
  import Foundation
  import GoSyntax
  import Synchronization
  import Testing

  @Suite("bad Go") struct BadInputTests {
    /// What stands before it, what is repeated, what is inside, what closes.
    struct Nesting: Sendable, CustomTestStringConvertible {
      var before: String, open: String, inner: String, close: String
      var source: String {
        "package p\n" + before + String(repeating: open, count: 20_000) + inner
          + String(repeating: close, count: 20_000) + (before.contains("{") ? " }\n" : "\n")
      }
      var testDescription: String { before + open }

      static let expressions = [
        ("(", "1", ")"), ("[]int{", "1", "}"), ("f(", "1", ")"), ("a[", "1", "]"), ("- ", "1", ""), ("*", "p", ""),
        ("<-", "p", ""), ("func() { x = ", "1", "}"), ("T{{", "", "}}"), ("func(a [", "int", "]int) {}"),
      ].map { Nesting(before: "var x = ", open: $0, inner: $1, close: $2) }

      static let types = [
        ("[]", "int", ""), ("map[int]", "int", ""), ("func(", "int", ")"), ("chan ", "int", ""), ("A[", "int", "]"),
        ("struct { a ", "int", "}"), ("interface { m(", "int", ") }"), ("func(a [func(a ", "int", ")]int)"),
      ].map { Nesting(before: "var x ", open: $0, inner: $1, close: $2) }

      static let statements = [
        ("{", "", "}"), ("if x {", "", "}"), ("if x {} else ", "{}", ""), ("L: ", "f()", ""), ("for {", "", "}"),
        ("switch { case x: ", "", "}"), ("select { default: ", "", "}"),
      ].map { Nesting(before: "func f() { ", open: $0, inner: $1, close: $2) }
    }

    @Test(arguments: Nesting.expressions + Nesting.types + Nesting.statements)
    func `what nests too deeply has a problem`(_ nesting: Nesting) {
      let source = nesting.source
      #expect(onLargeStack { GoTree(source).problem?.message } == "it nests too deeply")
    }

    @Test func `chains are no nesting`() {
      for link in [".a", "()", "[0]", "+1", ".(T)", "[:]"] {
        let source = "package p\nvar x = a" + String(repeating: link, count: 100_000) + "\n"
        #expect(GoTree(source).problem == nil, "\(link)")
      }
    }

    @Test(.timeLimit(.minutes(1))) func `looks ahead within looks ahead do not multiply`() {
      let depth = 30
      let source =
        "package p\nvar x " + String(repeating: "func(a [func(a ", count: depth) + "int"
        + String(repeating: ")]int)", count: depth) + "\n"
      #expect(onLargeStack { GoTree(source).problem?.message } == nil)
    }

    private static let seed = """
      package p
      import ("sync"; t "time")
      type G[P ~int | string, Q any] struct { sync.Mutex; a, b [2]P `tag`; c func(x, y int, z ...Q) (r error) }
      func (g *G[P, Q]) M(in <-chan P, out chan<- map[string][]Q) (n int, err error) {
        defer func() { recover() }()
      L:
        for i, v := range in {
          switch w := any(v).(type) { case int, *string: continue L; case nil: default: goto L }
          select { case x, ok := <-in: _ = x; case out <- nil: default: break L }
          if y := g.a[i:len(g.b):2]; y != nil && !(i >= 0x1F || 'a' == "\\n"[0]) { go g.M(in, out) } else { i++ }
        }
        for i := 0; i < 10; i += 2 { f[int, G[int, string]](struct{ X int }{1}, []int{1, 2: 3}...) }
        return 0b1 &^ 1.5e3i << 2, <-make(chan error, 1) // a comment
      }
      """

    @Test(arguments: 0..<8)
    func `no change of bytes makes it trap`(_ part: Int) {
      var random = Random(state: UInt64(part + 1))
      let original = Array(Self.seed.utf8)
      let pieces = [
        "(", ")", "[", "]", "{", "}", "func", "<-", "chan", "`", "\"", "'", "/*", "\n", ",", ":=", ":", "\u{e9}",
      ]
      .map { Array($0.utf8) }
      for _ in 0..<500 {
        var bytes = original
        for _ in 0...Int(random.next() % 4) {
          let place = Int(random.next() % UInt64(bytes.count))
          switch random.next() % 4 {
          case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
          case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + Int(random.next() % 8)))
          case 2: bytes.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))], at: place)
          default: bytes.removeSubrange(place...)
          }
          if bytes.isEmpty { bytes = [0] }
        }
        let tree = GoTree(bytes, keepsComments: true)
        #expect(tree.problem.map { $0.offset <= bytes.count } ?? true)
        #expect(Self.isSound(tree))
      }
    }

    /// Every node but the root hangs below it, once.
    private static func isSound(_ tree: GoTree) -> Bool {
      guard tree.problem == nil else { return true }
      var node = tree.root, count = 0
      while node != 0 {
        count += 1
        for child in tree.children(node) where tree.parent(child) != node { return false }
        node = tree.following(node, within: tree.root)
      }
      return count > 0 && count < tree.nodes.count
    }

    @Test func `the seed of the changes is Go itself`() { #expect(GoTree(Self.seed).problem == nil) }
  }

  /// Runs on a thread whose stack is as large as those of the linter: a level takes kilobytes without optimisation.
  private func onLargeStack<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result {
    let ended = DispatchSemaphore(value: 0)
    let result = Mutex<Result?>(nil)
    let thread = Thread {
      let value = body()
      result.withLock { $0 = value }
      ended.signal()
    }
    thread.stackSize = 256 << 20
    thread.start()
    ended.wait()
    return result.withLock { $0! }
  }

  /// xorshift64* (Vigna, 2016).
  private struct Random {
    var state: UInt64
    mutating func next() -> UInt64 {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return state &* 2_685_821_657_736_338_717
    }
  }
#endif
