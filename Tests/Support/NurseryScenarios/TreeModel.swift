// What a tree of nurseries, scopes, deadlines and shields must do, as a definition without tasks or time.
//
// The world stands still between two actions: a leaf is told to end, a node is cancelled, a child is started, the clock
// moves to the next deadline. Each action is settled completely before the next, so that what has ended after it, and
// with what, is one value, however the tasks were interleaved. Where one action makes several leaves fail, their order
// is left open: an error carries the number of its action, and whether it caused the others.

/// A node and what is below it. Its number is its place in the table of nodes.
indirect enum Tree: Sendable {
  case leaf(Int, Reaction)
  /// The second runs when the first has returned.
  case sequence(Tree, Tree)
  case scope(Int, Tree)
  /// Seconds after the start of the clock.
  case deadline(Int, at: Int, Tree)
  case shield(Int, deadline: Int?, Tree)
  /// Children that start at once, and those that an action starts later.
  case nursery(Int, collects: Bool, body: Tree, children: [Tree], late: [Tree])

  /// What a leaf does when it finds itself cancelled.
  enum Reaction: Sendable { case quits, fails, lingers }
}

extension Tree: CustomStringConvertible {
  var description: String {
    switch self {
    case .leaf(let number, let reaction): "\(number) \(reaction)"
    case .sequence(let first, let second): "(\(first); \(second))"
    case .scope(let number, let inner): "scope \(number) {\(inner)}"
    case .deadline(let number, let second, let inner): "deadline \(number) at \(second) {\(inner)}"
    case .shield(let number, let second, let inner):
      "shield \(number) \(second.map { "at \($0) " } ?? ""){\(inner)}"
    case .nursery(let number, let collects, let body, let children, let late):
      "\(collects ? "collecting " : "")nursery \(number) {\(body) | \(children) | later \(late)}"
    }
  }
}

enum TreeAction: Sendable, CustomStringConvertible {
  case finish(Int)
  case fail(Int)
  case cancel(Int)
  case cancelChild(nursery: Int, index: Int)
  case start(nursery: Int)
  case advance(to: Int)

  var description: String {
    switch self {
    case .finish(let leaf): "finish \(leaf)"
    case .fail(let leaf): "fail \(leaf)"
    case .cancel(let node): "cancel \(node)"
    case .cancelChild(let nursery, let index): "cancel child \(index) of \(nursery)"
    case .start(let nursery): "start in \(nursery)"
    case .advance(let second): "advance to \(second)"
    }
  }
}

/// What a node came to.
enum TreeResult: Equatable, Sendable {
  case value
  case cancelled
  case failed(TreeError)
}

indirect enum TreeError: Equatable, Sendable {
  case leaf(Int)
  case exceeded
  /// Groups in their order; within one any order will do, and the body's error may stand anywhere: a body's end cannot be
  /// seen from outside, so that the next action may be done before it.
  case nursery(Int, [[TreeError]], body: TreeError? = nil)

  /// The same for errors that differ in the order within groups, and in the division into groups.
  var canonical: String {
    switch self {
    case .leaf(let number): "\(number)"
    case .exceeded: "D"
    case .nursery(let number, let groups, let body):
      "\(number)[" + (groups.joined() + (body.map { [$0] } ?? [])).map(\.canonical).sorted().joined(separator: " ")
        + "]"
    }
  }

  /// Whether an error that was seen, whose groups hold one error each, is one that this allows.
  func allows(_ seen: TreeError) -> Bool {
    guard case .nursery(let number, let groups, let body) = self, case .nursery(number, let list, _) = seen else {
      return self == seen
    }
    let errors = Array(list.joined())
    guard let body else { return Self.allows(groups, errors[...]) }
    return errors.indices.contains { index in
      var others = errors
      return body.allows(others.remove(at: index)) && Self.allows(groups, others[...])
    }
  }

  private static func allows(_ groups: [[TreeError]], _ seen: ArraySlice<TreeError>) -> Bool {
    var rest = seen
    guard groups.joined().count == rest.count else { return false }
    for group in groups {
      var open = group
      for error in rest.prefix(group.count) {
        guard let index = open.firstIndex(where: { $0.canonical == error.canonical && $0.allows(error) }) else {
          return false
        }
        open.remove(at: index)
      }
      rest = rest.dropFirst(group.count)
    }
    return true
  }
}

/// One running node of the model. A class: the tree is walked from above and from below.
final class ModelNode {
  enum Kind {
    case leaf(Tree.Reaction), sequence(Tree), scope, deadline(Int), shield(Int?), nursery(collects: Bool), child
  }
  let kind: Kind
  let number: Int
  weak var parent: ModelNode?
  /// In a nursery the body comes first. What has ended stays, with its result.
  var below: [ModelNode] = []
  var late: [Tree] = []
  var isCancelled = false
  /// By the tree's own actions, not by a failure or a deadline.
  var isRequested = false
  var deadlinePassed = false
  var result: TreeResult?
  /// Errors of a nursery with the number of the action, and whether they caused its other errors.
  var errors: [(action: Int, rank: Int, error: TreeError)] = []
  var bodyError: TreeError?

  init(_ kind: Kind, _ number: Int, _ parent: ModelNode?) {
    (self.kind, self.number, self.parent) = (kind, number, parent)
  }
}

/// A tree on its way, as it must be.
struct TreeModel {
  let root: ModelNode
  private(set) var now = 0
  private(set) var action = 0
  private(set) var begun: Set<Int> = []
  private(set) var ended: Set<Int> = []
  /// Nodes that are no leaves and have returned.
  private(set) var returned: Set<Int> = []
  /// A state in which the documentation leaves open what comes out.
  private(set) var isOpen = false

  init(_ tree: Tree) {
    root = ModelNode(.child, -1, nil)
    root.below = [grow(tree, root)]
    settle()
  }

  var isOver: Bool { root.result != nil }

  /// Whether a node is in the reach of a cancellation.
  private func isCancelled(_ node: ModelNode) -> Bool {
    var here: ModelNode? = node
    while let current = here {
      if current.isCancelled || current.deadlinePassed { return true }
      if case .shield = current.kind { return false }
      here = current.parent
    }
    return false
  }

  private func isCancelledFromAround(_ node: ModelNode) -> Bool {
    if case .shield = node.kind { return false }
    return node.parent.map(isCancelled) ?? false
  }

  /// The nearest deadline of a leaf, in seconds; nil if there is none.
  func deadline(of leaf: Int) -> Int? {
    var nearest: Int?
    var here = nodes.first { if case .leaf = $0.kind { $0.number == leaf } else { false } }
    while let node = here {
      switch node.kind {
      case .deadline(let second): nearest = min(nearest ?? .max, second)
      case .shield(let second):
        if let second { nearest = min(nearest ?? .max, second) }
        return nearest
      default: break
      }
      here = node.parent
    }
    return nearest
  }

  private mutating func grow(_ tree: Tree, _ parent: ModelNode) -> ModelNode {
    switch tree {
    case .leaf(let number, let reaction):
      begun.insert(number)
      return ModelNode(.leaf(reaction), number, parent)
    case .sequence(let first, let second):
      let node = ModelNode(.sequence(second), -1, parent)
      node.below = [grow(first, node)]
      return node
    case .scope(let number, let inner):
      let node = ModelNode(.scope, number, parent)
      node.below = [grow(inner, node)]
      return node
    case .deadline(let number, let second, let inner):
      let node = ModelNode(.deadline(second), number, parent)
      isOpen = isOpen || second <= now && isCancelledFromAround(node)
      node.deadlinePassed = second <= now
      node.below = [grow(inner, node)]
      return node
    case .shield(let number, let second, let inner):
      let node = ModelNode(.shield(second), number, parent)
      node.deadlinePassed = second.map { $0 <= now } ?? false
      node.below = [grow(inner, node)]
      return node
    case .nursery(let number, let collects, let body, let children, let late):
      let node = ModelNode(.nursery(collects: collects), number, parent)
      node.late = late
      node.below = [grow(body, node)] + children.map { growChild($0, node) }
      return node
    }
  }

  private mutating func growChild(_ tree: Tree, _ nursery: ModelNode) -> ModelNode {
    let child = ModelNode(.child, -1, nursery)
    child.below = [grow(tree, child)]
    return child
  }

  // MARK: What may be done

  /// Those that run, from above.
  var nodes: [ModelNode] {
    var (all, rest) = ([ModelNode](), [root])
    while let node = rest.popLast() {
      if node.result != nil { continue }
      all.append(node)
      rest += node.below.reversed()
    }
    return all
  }

  /// Everything that can be done now, in a fixed order.
  var actions: [TreeAction] {
    var (all, next) = ([TreeAction](), Int.max)
    for node in nodes {
      switch node.kind {
      case .leaf: all += [.finish(node.number), .fail(node.number)]
      case .scope: if !node.isRequested { all.append(.cancel(node.number)) }
      case .nursery:
        if !node.isRequested { all.append(.cancel(node.number)) }
        if !node.late.isEmpty { all += [.start(nursery: node.number), .start(nursery: node.number)] }
        for index in node.below.indices.dropFirst() where node.below[index].result == nil {
          if !node.below[index].isRequested { all.append(.cancelChild(nursery: node.number, index: index - 1)) }
        }
      case .deadline(let second): if second > now { next = min(next, second) }
      case .shield(let second?): if second > now { next = min(next, second) }
      default: break
      }
    }
    if next < .max { all += [.advance(to: next), .advance(to: next)] }
    return all
  }

  // MARK: What it does

  mutating func perform(_ action: TreeAction) {
    self.action += 1
    let running = nodes
    func node(_ number: Int) -> ModelNode { running.first { $0.number == number }! }
    switch action {
    case .finish(let leaf): end(node(leaf), .value, rank: 0)
    case .fail(let leaf): end(node(leaf), .failed(.leaf(leaf)), rank: 0)
    case .cancel(let number):
      node(number).isRequested = true
      node(number).isCancelled = true
    case .cancelChild(let nursery, let index):
      let child = node(nursery).below[index + 1]
      child.isRequested = true
      child.isCancelled = true
    case .start(let number):
      let nursery = node(number)
      nursery.below.append(growChild(nursery.late.removeFirst(), nursery))
    case .advance(let second):
      now = second
      for node in running {
        switch node.kind {
        case .deadline(second), .shield(second):
          // Which of two reasons a scope then tells is not what this is about.
          if isCancelledFromAround(node) { isOpen = true }
          node.deadlinePassed = true
        default: break
        }
      }
    }
    settle()
  }

  /// Leaves that are cancelled react, until none is left that would.
  private mutating func settle() {
    var isSettled = false
    while !isSettled {
      isSettled = true
      for node in nodes {
        guard case .leaf(let reaction) = node.kind, node.result == nil, isCancelled(node) else { continue }
        switch reaction {
        case .quits: end(node, .cancelled, rank: 1)
        case .fails: end(node, .failed(.leaf(node.number)), rank: 1)
        case .lingers: continue
        }
        isSettled = false
      }
    }
  }

  /// A node has ended: what that means for those above.
  private mutating func end(_ node: ModelNode, _ result: TreeResult, rank: Int) {
    node.result = result
    if case .leaf = node.kind { ended.insert(node.number) } else if node.number >= 0 { returned.insert(node.number) }
    guard let parent = node.parent else { return }
    switch parent.kind {
    case .leaf: preconditionFailure("a leaf has nothing below")
    case .child: end(parent, result, rank: rank)
    case .sequence(let second):
      if result == .value, parent.below.count == 1 {
        parent.below.append(grow(second, parent))
      } else {
        end(parent, result, rank: rank)
      }
    case .scope:
      // The runner catches what its own cancellation threw, as Trio's scopes do.
      end(parent, result == .cancelled && parent.isRequested ? .value : result, rank: rank)
    case .deadline, .shield:
      end(parent, result == .cancelled && parent.deadlinePassed ? .failed(.exceeded) : result, rank: rank)
    case .nursery(let collects):
      if case .failed(let error) = result {
        if node === parent.below[0] { parent.bodyError = error } else { parent.errors.append((action, rank, error)) }
        if !collects { parent.isCancelled = true }
      }
      endIfEmpty(parent, rank)
    }
  }

  private mutating func endIfEmpty(_ nursery: ModelNode, _ rank: Int) {
    // Those that the failure cancels end one after the other; the last of them ends the nursery.
    guard nursery.below.allSatisfy({ $0.result != nil }) else { return }
    if !nursery.errors.isEmpty || nursery.bodyError != nil {
      var groups: [[TreeError]] = []
      var last: (Int, Int)?
      for (action, rank, error) in nursery.errors {
        if let previous = last, previous == (action, rank), rank == 1 {
          groups[groups.count - 1].append(error)
        } else {
          groups.append([error])
        }
        last = (action, rank)
      }
      return end(nursery, .failed(.nursery(nursery.number, groups, body: nursery.bodyError)), rank: rank)
    }
    if nursery.below[0].result == .cancelled {
      // The runner catches what its own cancellation threw.
      return end(nursery, nursery.isRequested ? .value : .cancelled, rank: rank)
    }
    end(nursery, .value, rank: rank)
  }
}
