// A Go file as rules see it: its tree, what its names stand for, and the nodes that rules ask for.
//
// I1. Nothing here recurses over a tree: it may be deep.
// I2. Nodes of a kind stand in source order.
#if Lint
  import GoSyntax

  struct GoFile {
    let text: SourceText
    let tree: GoTree
    let symbols: GoSymbols
    let version: GoVersion

    private(set) var goStatements: [GoNodeID] = []
    private(set) var calls: [GoNodeID] = []
    private(set) var sends: [GoNodeID] = []
    private(set) var receives: [GoNodeID] = []
    private(set) var selects: [GoNodeID] = []
    private(set) var loops: [GoNodeID] = []
    /// By the name behind the dot.
    private(set) var selectors: [GoName: [GoNodeID]] = [:]
    let budget: GoBudget
    private(set) var functions: [GoNodeID] = []
    /// What imports stand for.
    private(set) var packages: [GoSymbolID: GoPackage] = [:]
    /// Those of them that are not of Go's own library: their paths begin with a host.
    private(set) var hostedPackages: Set<GoSymbolID> = []

    /// Nil if the file has nothing that any rule looks at.
    init?(_ text: SourceText, _ tree: GoTree, version: GoVersion) {
      guard tree.hasConcurrency else { return nil }
      self.text = text
      self.tree = tree
      self.version = GoVersion.constraint(in: text) ?? version
      symbols = GoSymbols(tree)
      budget = GoBudget(nodes: tree.nodes.count)
      gather()
      for spec in tree.children(tree.root) where tree.kind(spec) == .importSpec {
        let path = tree.importedPath(spec)
        packages[symbols.symbol(declaredBy: spec)] = GoPackage(path: path)
        if path.prefix(while: { $0 != "/" }).contains(".") { hostedPackages.insert(symbols.symbol(declaredBy: spec)) }
      }
    }

    private mutating func gather() {
      for (number, node) in tree.nodes.enumerated() {
        let id = GoNodeID(number)
        switch node.kind {
        case .goStatement: goStatements.append(id)
        case .call: calls.append(id)
        case .send: sends.append(id)
        case .receive: receives.append(id)
        case .selectStatement: selects.append(id)
        case .forStatement, .rangeStatement: loops.append(id)
        case .selector: selectors[node.name, default: []].append(id)
        case .functionDeclaration, .functionLiteral: functions.append(id)
        default: continue
        }
      }
      // A node follows its children; source order is that of their beginnings.
      for list in [\Self.goStatements, \.sends, \.receives, \.selects, \.loops, \.functions] {
        let tree = tree
        self[keyPath: list].sort { tree[$0].lower < tree[$1].lower }
      }
    }

    // MARK: Names

    func kind(_ node: GoNodeID) -> GoNodeKind { tree.kind(node) }
    func symbol(_ identifier: GoNodeID) -> GoSymbol { symbols[symbols.symbol(of: identifier)] }

    func name(_ node: GoNodeID) -> GoKnownName? { GoKnownName(rawValue: tree.name(node)) }

    /// The beginning of a node's source.
    func source(_ node: GoNodeID) -> String {
      let span = span(node)
      return text[Span(span.lower, min(span.upper, span.lower + 80))]
    }

    func span(_ node: GoNodeID) -> Span { Span(Int(tree[node].lower), Int(tree[node].upper)) }

    /// `package.Name`: what package it is, and the name. Nil if a dot of another kind stands there.
    func member(_ node: GoNodeID) -> (package: GoPackage, name: GoName)? {
      guard kind(node) == .selector, kind(tree.first(node)) == .identifier,
        let package = packages[symbols.symbol(of: tree.first(node))]
      else { return nil }
      return (package, tree.name(node))
    }

    /// Whether a node is this member of this package.
    func isMember(_ node: GoNodeID, _ package: GoPackage, _ names: GoKnownName...) -> Bool {
      guard let member = member(node), member.package == package else { return false }
      return names.contains { $0.rawValue == member.name }
    }

    /// Whether a call is one of a function of the universe.
    func isUniverse(_ call: GoNodeID, _ name: GoKnownName) -> Bool {
      let function = tree.first(call)
      return kind(function) == .identifier && tree.name(function) == name.rawValue && symbols.symbol(of: function) == 0
    }

    /// The calls, for those who look through all of them for one node.
    var callsOnce: [GoNodeID] {
      budget.spend(calls.count)
      return budget.isSpent ? [] : calls
    }

    // MARK: Around a node

    /// The function whose body a node stands in; 0 at the top.
    func function(around node: GoNodeID) -> GoNodeID {
      var node = symbols.enclosing(node)
      while node != 0, kind(node) != .functionLiteral, kind(node) != .functionDeclaration {
        node = symbols.enclosing(node)
      }
      return node
    }

    /// The body of a function; 0 if it has none.
    func body(of function: GoNodeID) -> GoNodeID {
      let body = tree.child(function, kind(function) == .functionDeclaration ? 2 : 1)
      return kind(body) == .block ? body : 0
    }

    func functionType(of function: GoNodeID) -> GoNodeID {
      tree.child(function, kind(function) == .functionDeclaration ? 1 : 0)
    }

    /// The innermost loop of the same function that does a node again with each turn.
    func loop(around node: GoNodeID, within function: GoNodeID = 0) -> GoNodeID {
      var child = node, node = symbols.enclosing(node)
      while node != 0, node != function {
        switch kind(node) {
        case .functionLiteral, .functionDeclaration: return 0
        case .forStatement where tree.first(node) != child: return node
        // An expression in the head of a range is done once, and stands in no block.
        case .rangeStatement where tree.child(node, 3) == child: return node
        default: break
        }
        child = node
        node = symbols.enclosing(node)
      }
      return 0
    }

    /// The clause whose communication a send or receive is; 0 if it stands alone.
    func clause(of operation: GoNodeID) -> GoNodeID {
      var statement = operation
      if kind(operation) != .send {
        statement = tree.parent(operation)
        while kind(statement) == .parenthesised { statement = tree.parent(statement) }
      }
      let clause = tree.parent(statement)
      return kind(clause) == .communicationClause && tree.first(clause) == statement ? clause : 0
    }

    func hasDefault(_ select: GoNodeID) -> Bool {
      tree.children(select).contains { kind(tree.first($0)) == .absent }
    }

    /// Nodes below a node, in source order. Those below a node that `isEntered` refuses are left out.
    func nodes(below root: GoNodeID, isEntered: (GoNodeID) -> Bool = { _ in true }) -> [GoNodeID] {
      var list: [GoNodeID] = []
      defer { budget.spend(list.count) }
      guard !budget.isSpent else { return [] }
      var node = tree.first(root)
      while node != 0 {
        list.append(node)
        node = tree.following(node, entering: isEntered(node), within: root)
      }
      return list
    }

    /// The same, without the bodies of functions that stand in it.
    func ownNodes(below root: GoNodeID) -> [GoNodeID] { nodes(below: root) { kind($0) != .functionLiteral } }
  }

  /// How much the rules may look at in one file: what is written to be slow to check ends in silence, and soon.
  final class GoBudget {
    private var left: Int

    init(nodes: Int) { left = 5_000_000 + 20 * nodes }

    var isSpent: Bool { left <= 0 }
    func spend(_ count: Int) { left -= count }
  }

  /// Packages that rules know.
  enum GoPackage: String {
    case sync, time, context, testing, os, log, runtime
    case atomic = "sync/atomic"
    case synctest = "testing/synctest"
    case errgroup = "golang.org/x/sync/errgroup"
    /// What cgo gives: it may call back.
    case foreignCode = "C"
    case other = ""

    init(path: String) {
      self = GoPackage(rawValue: path) ?? (path == "internal/synctest" ? .synctest : .other)
    }
  }
#endif
