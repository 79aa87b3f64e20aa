// The syntax tree of a Go file: nodes in one array, linked by numbers.
//
// I1. Node 0 is no node. Every other node but the root has a parent, and stands in the list of its children.
// I2. The children of a kind have the order that `GoNodeKind` states; what is missing there is a node `absent`.
// I3. Trees may be deep where the grammar nests to the left (`a.b.c`, `a+b+c`): whoever walks one does not recurse.
#if Lint
  /// A node's number; 0 is no node.
  package typealias GoNodeID = UInt32

  /// What a node is, and what its children are. `…` is any number of them.
  package enum GoNodeKind: UInt8, Sendable {
    case absent
    case file  // declarations…
    // Declarations.
    case importSpec  // path; the name, if there is one, is the node's
    case valueSpec  // type, names… (`count` of them), values…; `detail` 1 for constants
    case typeSpec  // type parameters, type; `detail` 1 for an alias
    case functionDeclaration  // receiver, function type, body
    // Types.
    case arrayType  // length, element; the length is absent in slices
    case structType  // fields…
    case functionType  // type parameters, parameters, results
    case interfaceType  // elements…
    case mapType  // key, element
    case channelType  // element; `detail` is a `GoDirection`
    case ellipsis  // type
    case fieldList  // fields…
    case field  // type, names…
    // Expressions.
    case identifier, literal  // `detail` of a literal is its token
    case compositeLiteral  // type, elements…
    case keyValue  // key, value
    case functionLiteral  // function type, body
    case parenthesised  // expression
    case selector  // expression; the name is the node's
    case index  // expression, indices…
    case slice  // expression, low, high, largest
    case typeAssertion  // expression, type; absent is the word `type`
    case call  // function, arguments…
    case star, receive, unary  // expression
    case binary  // left, right
    // Statements.
    case block  // statements…
    case expressionStatement  // expression
    case send  // channel, value
    case incrementDecrement  // expression
    case assignment  // left… (`count` of them), right…
    case definition  // the same, with `:=`
    case goStatement, deferStatement  // call
    case returnStatement  // values…
    case breakStatement, continueStatement, gotoStatement, fallthroughStatement, emptyStatement
    case labeledStatement  // statement
    case declarationStatement  // specs…
    case ifStatement  // initialisation, condition, body, else
    case switchStatement  // initialisation, tag, clauses…
    case typeSwitch  // initialisation, expression, clauses…; the name is that of the variable
    case caseClause  // expressions… (`count` of them), statements…; `detail` 1 for `default`
    case selectStatement  // clauses…
    case communicationClause  // communication (absent for `default`), statements…
    case forStatement  // initialisation, condition, post, body
    case rangeStatement  // expression, key, value, body; `detail` is 1 where `:=` declares both
  }

  package enum GoDirection: UInt8, Sendable { case both, send, receive }

  package struct GoNode {
    package internal(set) var kind: GoNodeKind
    package internal(set) var detail: UInt8 = 0
    package internal(set) var lower: UInt32
    package internal(set) var upper: UInt32
    package internal(set) var parent: GoNodeID = 0
    package internal(set) var firstChild: GoNodeID = 0
    package internal(set) var nextSibling: GoNodeID = 0
    package internal(set) var name: GoName = 0
    /// How many of the children belong to the first of two lists.
    package internal(set) var count: UInt32 = 0

    /// The `detail` of a unary expression that takes an address.
    package static let addressOperator = GoToken.and.rawValue
  }

  package struct GoTree {
    package internal(set) var nodes: [GoNode]
    package internal(set) var names: GoNames
    package let root: GoNodeID
    /// Line comments, where they were asked for.
    package let comments: [Range<Int>]
    package let problem: GoProblem?
    /// What the parser made of imports: the path, and the name that it has where none is written.
    private let imports: [GoNodeID: (path: GoName, name: GoName)]

    /// Parses a file.
    ///
    /// - Parameters:
    ///   - bytes: At most 2 GiB.
    ///   - keepsComments: Whether line comments are kept.
    ///   - deepest: How deep brackets, blocks and operators may nest. A level takes up to ten kilobytes of the stack
    ///     without optimisation; the linter's threads have a gigabyte.
    /// - Complexity: linear in the bytes, but for looks ahead within square brackets.
    package init(_ bytes: [UInt8], keepsComments: Bool, deepest: Int = 1_000) {
      var parser = bytes.withUnsafeBufferPointer { buffer in
        var parser = GoParser(buffer, keepsComments: keepsComments, deepest: deepest)
        parser.parseFile()
        return parser
      }
      nodes = parser.takeNodes()
      names = parser.lexer.names
      root = parser.root
      comments = parser.lexer.comments
      problem = parser.lexer.problem
      imports = parser.imports
    }

    /// The path of an import, as a name.
    package func importedPath(_ spec: GoNodeID) -> String { imports[spec].map { names.text($0.path) } ?? "" }

    /// The last part of an import's path, but for a version.
    package func importedName(_ spec: GoNodeID) -> GoName { imports[spec]?.name ?? 0 }

    package subscript(node: GoNodeID) -> GoNode { nodes[Int(node)] }

    /// Whether it has anything that concerns goroutines, channels, locks or timers.
    package var hasConcurrency: Bool {
      nodes.contains { node in
        switch node.kind {
        case .goStatement, .send, .receive, .selectStatement, .channelType: return true
        case .selector:
          switch GoKnownName(rawValue: node.name) {
          case .Lock?, .RLock?, .Tick?, .After?, .NewTicker?, .NewTimer?, .WaitGroup?: return true
          default: return false
          }
        default: return false
        }
      }
    }

    // MARK: Walking

    package func kind(_ node: GoNodeID) -> GoNodeKind { nodes[Int(node)].kind }
    package func name(_ node: GoNodeID) -> GoName { nodes[Int(node)].name }
    package func parent(_ node: GoNodeID) -> GoNodeID { nodes[Int(node)].parent }
    package func first(_ node: GoNodeID) -> GoNodeID { nodes[Int(node)].firstChild }
    package func next(_ node: GoNodeID) -> GoNodeID { nodes[Int(node)].nextSibling }

    /// The child at a place, from 0; 0 if there are fewer.
    package func child(_ node: GoNodeID, _ place: Int) -> GoNodeID {
      var child = first(node)
      for _ in 0..<place where child != 0 { child = next(child) }
      return child
    }

    package func children(_ node: GoNodeID) -> GoChildren { GoChildren(tree: self, upcoming: first(node)) }

    /// The node that follows in source order; the children of `node` are left out if it is not to be entered.
    package func following(_ node: GoNodeID, entering: Bool = true, within root: GoNodeID) -> GoNodeID {
      if entering, first(node) != 0 { return first(node) }
      var node = node
      while node != root, node != 0 {
        if next(node) != 0 { return next(node) }
        node = parent(node)
      }
      return 0
    }

    /// Without parentheses around.
    package func bare(_ node: GoNodeID) -> GoNodeID {
      var node = node
      while kind(node) == .parenthesised { node = first(node) }
      return node
    }

    package func isWithin(_ node: GoNodeID, _ ancestor: GoNodeID) -> Bool {
      let inner = self[node], outer = self[ancestor]
      guard inner.lower >= outer.lower, inner.upper <= outer.upper else { return false }
      if inner.lower != outer.lower || inner.upper != outer.upper { return true }
      var node = node
      while node != 0 {
        if node == ancestor { return true }
        node = parent(node)
      }
      return false
    }
  }

  package struct GoChildren: Sequence, IteratorProtocol {
    let tree: GoTree
    var upcoming: GoNodeID

    package mutating func next() -> GoNodeID? {
      guard upcoming != 0 else { return nil }
      defer { upcoming = tree.next(upcoming) }
      return upcoming
    }
  }
#endif
