import CSPMSyntax
import Testing

/// The tree as it is shown to people and programs.
@Suite struct SyntaxNodeTests {
  @Test func `each form has a node, and no node of a parsed script lies outside its parent`() throws {
    var trees = RandomTrees(seed: 77)
    var kinds: Set<String> = []
    for _ in 0..<300 {
      let loaded = load(Script(declarations: [trees.declaration(32)]).description)
      var open: [Span?] = []
      SyntaxNode(loaded.script).walk(
        enter: { node, depth, _ in
          #expect(depth == open.count)
          if let span = node.span, let outer = open.last ?? nil {
            #expect(outer.lower <= span.lower && span.upper <= outer.upper, "\(node.kind) at \(span)")
          }
          open.append(node.span ?? open.last ?? nil)
          kinds.insert(node.kind)
        }, leave: { _ in open.removeLast() })
      #expect(open.isEmpty)
    }
    #expect(kinds.count >= 50, "\(kinds.sorted())")
  }
}
