// A parser for Go 1.27 by recursive descent: files and declarations. Types, expressions and statements have files of
// their own.
//
// I1. It takes every file that the Go toolchain takes. It takes some that the toolchain does not, where telling them
//     apart needs types, or would help nobody who reads findings.
// I2. Recursion is bounded by `deepest`; what nests deeper is a problem with a place.
// I3. A node that a look ahead made is taken back with it: `nodes` is cut to its length before.
#if Lint
  struct GoParser {
    var lexer: GoLexer
    var nodes: [GoNode] = []
    private(set) var root: GoNodeID = 0
    /// Paths of imports as names, and the names that follow from them.
    private(set) var imports: [GoNodeID: (path: GoName, name: GoName)] = [:]
    /// Below 0 in the head of `if`, `for` and `switch`, where a brace begins the body and no literal.
    var expressionLevel = 0
    private var depth = 0
    private let deepest: Int
    private var answers: [Int: Bool] = [:]
    private var lookAheads = 0
    /// How many looks ahead may stand within each other; each reads again what is within it.
    private static let mostLookAheads = 32

    init(_ bytes: UnsafeBufferPointer<UInt8>, keepsComments: Bool, deepest: Int) {
      nodes.reserveCapacity(bytes.count / 6 + 16)
      nodes.append(GoNode(kind: .absent, lower: 0, upper: 0))
      self.deepest = deepest
      lexer = GoLexer(bytes, keepsComments: keepsComments)
    }

    mutating func takeNodes() -> [GoNode] {
      defer { nodes = [] }
      return nodes
    }

    // MARK: Tokens

    var token: GoToken { @inline(__always) get { lexer.token } }

    mutating func fail(_ message: String) { lexer.fail(message, at: lexer.lower) }

    /// Moves on if the token is the one that is asked for.
    @discardableResult
    mutating func take(_ kind: GoToken) -> Bool {
      guard token == kind else { return false }
      lexer.advance()
      return true
    }

    mutating func expect(_ kind: GoToken, _ what: StaticString) {
      if !take(kind) { fail("expected \(what)") }
    }

    /// The end of a statement or a declaration: a semicolon, or a bracket that closes what is around.
    mutating func expectEnd() {
      if token != .closeParen, token != .closeBrace { expect(.semicolon, "the end of the statement") }
    }

    /// Descends a level, unless that is too deep.
    ///
    /// - Returns: false if it is; the caller then goes back at once, and does not ascend.
    mutating func descend() -> Bool {
      if depth >= deepest {
        fail("it nests too deeply")
        return false
      }
      depth += 1
      return true
    }

    mutating func ascend() { depth -= 1 }

    /// Answers a question about what follows, and reads nothing.
    ///
    /// Answers are kept by place: looks ahead within looks ahead would otherwise double the work with each level.
    mutating func lookAhead(_ question: (inout GoParser) -> Bool) -> Bool {
      let mark = lexer.mark, count = nodes.count
      if let answer = answers[lexer.lower] { return answer }
      guard lookAheads < Self.mostLookAheads else {
        fail("it nests too deeply")
        return false
      }
      lookAheads += 1
      let answer = question(&self)
      lookAheads -= 1
      answers[mark.lower] = answer
      // What nests too deeply does so at the second reading as well, which reports it.
      nodes.removeLast(nodes.count - count)
      lexer.reset(to: mark)
      return answer
    }

    // MARK: Nodes

    /// Children while they are gathered.
    struct Children {
      fileprivate(set) var first: GoNodeID = 0
      fileprivate(set) var last: GoNodeID = 0
      fileprivate(set) var count = 0
    }

    @inline(__always) mutating func add(_ child: GoNodeID, to children: inout Children) {
      if children.last == 0 { children.first = child } else { nodes[Int(children.last)].nextSibling = child }
      children.last = child
      children.count += 1
    }

    /// A node without children yet, from `lower` to the end of the token before.
    mutating func make(_ kind: GoNodeKind, from lower: Int, detail: UInt8 = 0, name: GoName = 0) -> GoNodeID {
      var node = GoNode(kind: kind, lower: UInt32(truncatingIfNeeded: lower), upper: 0)
      node.upper = UInt32(truncatingIfNeeded: max(lower, lexer.previousUpper))
      node.detail = detail
      node.name = name
      nodes.append(node)
      return GoNodeID(nodes.count - 1)
    }

    mutating func make(
      _ kind: GoNodeKind, from lower: Int, _ children: Children, detail: UInt8 = 0, name: GoName = 0, count: Int = 0
    ) -> GoNodeID {
      let id = make(kind, from: lower, detail: detail, name: name)
      nodes[Int(id)].firstChild = children.first
      nodes[Int(id)].count = UInt32(count)
      var child = children.first
      while child != 0 {
        nodes[Int(child)].parent = id
        child = nodes[Int(child)].nextSibling
      }
      return id
    }

    mutating func make(
      _ kind: GoNodeKind, from lower: Int, _ children: GoNodeID..., detail: UInt8 = 0, name: GoName = 0
    ) -> GoNodeID {
      var list = Children()
      for child in children { add(child, to: &list) }
      return make(kind, from: lower, list, detail: detail, name: name)
    }

    mutating func absent() -> GoNodeID { make(.absent, from: lexer.lower) }

    func kind(_ node: GoNodeID) -> GoNodeKind { nodes[Int(node)].kind }
    func lower(_ node: GoNodeID) -> Int { Int(nodes[Int(node)].lower) }

    mutating func identifier() -> GoNodeID {
      let lower = lexer.lower, name = lexer.name
      expect(.identifier, "a name")
      return make(.identifier, from: lower, name: name)
    }

    // MARK: Files

    mutating func parseFile() {
      var declarations = Children()
      expect(.keywordPackage, "the package clause")
      expect(.identifier, "the name of the package")
      expectEnd()
      while token != .end {
        declaration(into: &declarations, isTop: true)
        if token != .end { expect(.semicolon, "the end of the declaration") }
      }
      root = make(.file, from: 0, declarations)
    }

    /// One declaration; those in parentheses are as many.
    mutating func declaration(into list: inout Children, isTop: Bool) {
      switch token {
      case .keywordImport where isTop: group(into: &list) { $0.importSpec() }
      case .keywordConst: group(into: &list) { $0.valueSpec(isConstant: true) }
      case .keywordVar: group(into: &list) { $0.valueSpec(isConstant: false) }
      case .keywordType: group(into: &list) { $0.typeSpec() }
      case .keywordFunc where isTop: add(function(), to: &list)
      default: fail("expected a declaration")
      }
    }

    private mutating func group(into list: inout Children, _ spec: (inout GoParser) -> GoNodeID) {
      lexer.advance()
      guard take(.openParen) else { return add(spec(&self), to: &list) }
      while token != .closeParen, token != .end {
        add(spec(&self), to: &list)
        if token != .closeParen { expect(.semicolon, "the end of the declaration") }
      }
      expect(.closeParen, "`)`")
    }

    private mutating func importSpec() -> GoNodeID {
      let lower = lexer.lower
      var name: GoName = 0
      if token == .identifier {
        name = lexer.name
        lexer.advance()
      } else if token == .dot {
        name = GoKnownName.blank.rawValue
        lexer.advance()
      }
      let start = lexer.lower
      expect(.string, "the path of an import")
      let path = make(.literal, from: start, detail: GoToken.string.rawValue)
      let spec = make(.importSpec, from: lower, path, name: name)
      if lexer.problem == nil { imports[spec] = lexer.pathNames(start..<lexer.previousUpper) }
      return spec
    }

    private mutating func valueSpec(isConstant: Bool) -> GoNodeID {
      let lower = lexer.lower
      var names = Children()
      repeat { add(identifier(), to: &names) } while take(.comma)
      var type: GoNodeID = 0
      if token != .assign, token != .semicolon, token != .closeParen { type = parseType() }
      var children = Children()
      add(type == 0 ? absent() : type, to: &children)
      let count = names.count
      join(names, to: &children)
      if take(.assign) { join(expressions(), to: &children) }
      return make(.valueSpec, from: lower, children, detail: isConstant ? 1 : 0, count: count)
    }

    mutating func join(_ more: Children, to children: inout Children) {
      guard more.first != 0 else { return }
      if children.last == 0 {
        children = more
      } else {
        nodes[Int(children.last)].nextSibling = more.first
        children.last = more.last
        children.count += more.count
      }
    }

    private mutating func typeSpec() -> GoNodeID {
      let lower = lexer.lower, name = lexer.name
      expect(.identifier, "the name of a type")
      let parameters = token == .openBracket && beginsTypeParameters() ? typeParameters() : absent()
      let isAlias = take(.assign)
      return make(.typeSpec, from: lower, parameters, parseType(), detail: isAlias ? 1 : 0, name: name)
    }

    /// Whether the bracket after the name of a type opens type parameters, and not the length of an array.
    private mutating func beginsTypeParameters() -> Bool {
      lookAhead { parser in
        parser.lexer.advance()
        guard parser.token == .identifier else { return false }
        let name = parser.lexer.mark
        parser.lexer.advance()
        switch parser.token {
        case .comma, .identifier, .tilde, .keywordInterface, .keywordFunc, .keywordMap, .keywordChan, .keywordStruct,
          .arrow:
          return true
        case .openBracket, .star, .openParen:
          // `[P *T]` is an array by the letter of the specification; what is no expression to its end is a constraint.
          parser.lexer.reset(to: name)
          parser.expressionLevel += 1
          _ = parser.expression()
          parser.expressionLevel -= 1
          return parser.token != .closeBracket
        default: return false
        }
      }
    }

    private mutating func function() -> GoNodeID {
      let lower = lexer.lower
      lexer.advance()
      let receiver = token == .openParen ? parameters() : absent()
      let name = lexer.name
      expect(.identifier, "the name of a function")
      let type = signature(from: lower, withTypeParameters: true)
      var body: GoNodeID = 0
      if token == .openBrace {
        let level = expressionLevel
        expressionLevel = 0
        body = block()
        expressionLevel = level
      }
      return make(.functionDeclaration, from: lower, receiver, type, body == 0 ? absent() : body, name: name)
    }
  }
#endif
