/// Forms of Go, and the trees that they become.
#if Lint
  import GoSyntax
  import Testing

  @Suite("the parser for Go") struct ParserTests {
    @Test(arguments: [
      ("x := 1", "definition(x literal)"),
      ("a, b = b, a", "assignment(a b b a)"),
      ("a += 1", "assignment(a literal)"),
      ("i++", "incrementDecrement(i)"),
      ("c <- v", "send(c v)"),
      ("v, ok := <-c", "definition(v ok receive(c))"),
      ("go f(x)", "goStatement(call(f x))"),
      (
        "defer func() { f() }()",
        "deferStatement(call(functionLiteral(functionType(- fieldList -) "
          + "block(expressionStatement(call(f))))))"
      ),
      ("L: for { break L }", "labeledStatement:L(forStatement(- - - block(breakStatement:L)))"),
      (
        "for i := 0; i < n; i++ {}",
        "forStatement(definition(i literal) expressionStatement(binary(i n)) incrementDecrement(i) block)"
      ),
      ("for ; ; {}", "forStatement(- - - block)"),
      ("for x {}", "forStatement(- expressionStatement(x) - block)"),
      ("for range 10 {}", "rangeStatement(literal - - block)"),
      ("for k, v := range m {}", "rangeStatement(m k v block)"),
      ("for x.f = range g {}", "rangeStatement(g selector:f(x) - block)"),
      (
        "if x := f(); x {} else if y {} else {}",
        "ifStatement(definition(x call(f)) expressionStatement(x) block "
          + "ifStatement(- expressionStatement(y) block block))"
      ),
      (
        "switch { case a, b: f(); default: }",
        "switchStatement(- - caseClause(a b expressionStatement(call(f))) caseClause)"
      ),
      (
        "switch v := x.(type) { case *T, []int, func(): }",
        "typeSwitch:v(- definition(v typeAssertion(x -)) "
          + "caseClause(star(T) arrayType(- int) functionType(- fieldList -)))"
      ),
      ("switch x := f(); x.(type) {}", "typeSwitch(definition(x call(f)) expressionStatement(typeAssertion(x -)))"),
      (
        "select { case v := <-c: f(v); case d <- 1: default: }",
        "selectStatement(communicationClause(definition(v receive(c)) expressionStatement(call(f v))) "
          + "communicationClause(send(d literal)) communicationClause(-))"
      ),
      ("var x, y int = 1, 2", "declarationStatement(valueSpec(int x y literal literal))"),
      ("{ goto L }", "block(gotoStatement:L)"),
      ("return", "returnStatement"),
      ("return a, b\n", "returnStatement(a b)"),
      ("x = y\n.z()", "error"),
      ("x = y.\nz()", "assignment(x call(selector:z(y)))"),
      ("f(\na,\nb,\n)", "expressionStatement(call(f a b))"),
      ("f(a...)", "expressionStatement(call(f a))"),
    ])
    func `a statement becomes its tree`(_ source: String, _ expected: String) {
      let tree = GoTree("package p\nfunc f() { \(source) }")
      #expect((tree.problem == nil ? tree.body : "error") == expected)
    }

    @Test(arguments: [
      ("a + b*c - d", "binary(binary(a binary(b c)) d)"),
      ("a && b || c == d", "binary(binary(a b) binary(c d))"),
      ("-x * ^y &^ z", "binary(binary(unary(x) unary(y)) z)"),
      ("*p.q", "star(selector:q(p))"),
      ("<-c.d", "receive(selector:d(c))"),
      ("<-chan int(c)", "receive(call(channelType(int) c))"),
      ("(<-chan int)(c)", "call(parenthesised(channelType(int)) c)"),
      ("x.(T).y", "selector:y(typeAssertion(x T))"),
      ("a[i]", "index(a i)"),
      ("a[:]", "slice(a - - -)"),
      ("a[i:]", "slice(a i - -)"),
      ("a[:j:k]", "slice(a - j k)"),
      ("f[int, []T](x)", "call(index(f int arrayType(- T)) x)"),
      ("T{1, 2}", "compositeLiteral(T literal literal)"),
      ("p.T{a: {b}}", "compositeLiteral(selector:T(p) keyValue(a compositeLiteral(- b)))"),
      ("G[int]{}", "compositeLiteral(index(G int))"),
      ("[...]int{5: 1}", "compositeLiteral(arrayType(ellipsis(-) int) keyValue(literal literal))"),
      ("map[string]chan<- int{}", "compositeLiteral(mapType(string channelType(int)))"),
      ("struct{ a, b int }{}", "compositeLiteral(structType(field(int a b)))"),
      (
        "func(a, b int, c ...T) (d, e error) { return }",
        "functionLiteral(functionType(- fieldList(field(int a b) field(ellipsis(T) c)) fieldList(field(error d e))) "
          + "block(returnStatement))"
      ),
      (
        "0x1p-2 + 0b1_0 + 0o7 + 1e3i + 'a' + `b\n` + \"\\\"\"",
        "binary(binary(binary(binary(binary(binary(literal literal) literal) literal) literal) literal) literal)"
      ),
      ("größe.π", "selector:π(größe)"),
      (
        "interface{ ~int | string; M() }(nil)",
        "call(interfaceType(binary(unary(int) string) field(functionType(- fieldList -) M)) nil)"
      ),
    ])
    func `an expression becomes its tree`(_ source: String, _ expected: String) {
      let tree = GoTree("package p\nvar x = \(source)\n")
      #expect(tree.problem == nil)
      #expect(tree.declarations == "valueSpec(- x \(expected))")
    }

    @Test(arguments: [
      ("if x == (T{}) {}", "ifStatement(- expressionStatement(binary(x parenthesised(compositeLiteral(T)))) block -)"),
      ("for x := range []T{{}} {}", "rangeStatement(compositeLiteral(arrayType(- T) compositeLiteral(-)) x - block)"),
      ("if f(T{}) {}", "ifStatement(- expressionStatement(call(f compositeLiteral(T))) block -)"),
      (
        "if f(func() { x = T{} }) {}",
        "ifStatement(- expressionStatement(call(f functionLiteral(functionType(- fieldList -) "
          + "block(assignment(x compositeLiteral(T)))))) block -)"
      ),
      ("switch x { }", "switchStatement(- expressionStatement(x))"),
    ])
    func `a brace in the head of a statement opens its body, unless brackets are around`(
      _ source: String, _ expected: String
    ) {
      let tree = GoTree("package p\nfunc f() { \(source) }")
      #expect(tree.problem == nil)
      #expect(tree.body == expected)
    }

    @Test(arguments: [
      ("type T [N]int", "typeSpec:T(- arrayType(N int))"),
      ("type T [N * 2]int", "typeSpec:T(- arrayType(binary(N literal) int))"),
      ("type T []int", "typeSpec:T(- arrayType(- int))"),
      ("type T = p.U", "typeSpec:T(- selector:U(p))"),
      ("type T[P any] struct{}", "typeSpec:T(fieldList(field(any P)) structType)"),
      ("type T[P, Q any] = U[P]", "typeSpec:T(fieldList(field(any P Q)) index(U P))"),
      ("type T[P *C,] int", "typeSpec:T(fieldList(field(star(C) P)) int)"),
      ("type T[P []int] int", "typeSpec:T(fieldList(field(arrayType(- int) P)) int)"),
      ("type T[P ~int | string] int", "typeSpec:T(fieldList(field(binary(unary(int) string) P)) int)"),
      (
        "type T struct { sync.Mutex; *U; G[int]; a [2]int; b, c []int `tag` }",
        "typeSpec:T(- structType(field(selector:Mutex(sync)) field(star(U)) field(index(G int)) "
          + "field(arrayType(literal int) a) field(arrayType(- int) b c)))"
      ),
      (
        "func (r *T[P]) M[Q any](q Q) error { return nil }",
        "functionDeclaration:M(fieldList(field(star(index(T P)) r)) functionType(fieldList(field(any Q)) "
          + "fieldList(field(Q q)) fieldList(field(error))) block(returnStatement(nil)))"
      ),
      ("func f()", "functionDeclaration:f(- functionType(- fieldList -) -)"),
      ("func f(a [N]T, b G[T], G[T])", "error"),
      (
        "func f(G[T], p.T, *U)",
        "functionDeclaration:f(- functionType(- fieldList(field(index(G T)) field(selector:T(p)) field(star(U))) -) -)"
      ),
      (
        "import ( \"a\"; . \"b\"; c \"d\" )",
        "importSpec(literal); importSpec:_(literal); importSpec:c(literal)"
      ),
      ("const ( a = iota; b )", "valueSpec(- a iota); valueSpec(- b)"),
      ("var a, b = f()", "valueSpec(- a b call(f))"),
    ])
    func `a declaration becomes its tree`(_ source: String, _ expected: String) {
      let tree = GoTree("package p\n\(source)\n")
      #expect((tree.problem == nil ? tree.declarations : "error") == expected)
    }

    @Test(arguments: [
      ("", "expected the package clause", 0), ("package p\nfunc", "expected the name of a function", 14),
      ("package p\nvar x = 'a", "a rune has no end", 18), ("package p\nvar x = \"a\n", "a string has no end", 18),
      ("package p\nvar x = `a", "a raw string has no end", 18), ("package p /* a", "a comment has no end", 10),
      ("package p\nfunc f() { if ; { } }", "expected a condition", 26),
      ("package p\nvar x = #", "a character that Go does not know", 18),
      ("package p\nfunc f() { go f }", "expected a call", 24),
      ("package p\nvar x = 1e", "an exponent has no digits", 20),
      ("package p\nfunc f() { x y }", "expected the end of the statement", 23),
    ])
    func `what is no Go has a problem and a place`(_ source: String, _ message: String, _ offset: Int) {
      let problem = GoTree(source).problem
      #expect(problem?.message == message)
      #expect(problem?.offset == offset)
    }

    @Test func `line comments are kept where they are asked for`() {
      let source = "package p // a\n// b\nfunc f() { /* c */ } // d"
      let tree = GoTree(source)
      let bytes = Array(source.utf8)
      #expect(tree.comments.map { String(decoding: bytes[$0], as: UTF8.self) } == ["// a", "// b", "// d"])
      #expect(GoTree(bytes, keepsComments: false).comments.isEmpty)
    }
  }
#endif
