// What the cases of a `select` wait for, and where they stand.
#if Lint
  import GoSyntax

  extension GoFile {
    /// What a clause of a `select` receives from; nil of one that sends, and of `default`.
    func received(by clause: GoNodeID) -> GoNodeID? {
      let communication = tree.first(clause)
      return ([communication] + ownNodes(below: communication)).first { kind($0) == .receive }
        .map { tree.bare(tree.first($0)) }
    }

    /// The clause of a `select` among whose statements a node stands, in the same function; 0 if there is none.
    func clause(around node: GoNodeID) -> GoNodeID {
      let end = function(around: node)
      var node = node
      while node != 0, node != end {
        if kind(node) == .communicationClause { return node }
        node = tree.parent(node)
      }
      return 0
    }

    /// The context of `context.Done()`; nil of any other expression.
    func context(endedBy expression: GoNodeID) -> GoNodeID? {
      let call = tree.bare(expression), function = tree.first(call)
      guard kind(call) == .call, kind(function) == .selector, name(function) == .Done else { return nil }
      return tree.first(function)
    }
  }
#endif
