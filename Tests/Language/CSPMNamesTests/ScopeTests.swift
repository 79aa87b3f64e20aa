import CSPMNames
import Testing

/// Which declaration a name means (FDR manual, "Scoping").
@Suite struct ScopeTests {
  static let meanings: [(String, [String])] = [
    ("x = y\ny = 1", ["x 1:1", "y 2:1", "y 2:1"]),
    ("f(x) = x\nx = 2", ["x 1:3", "x 1:3", "x 2:1"]),
  ]

  @Test(arguments: meanings)
  func `a name means the declaration that is nearest`(_ script: String, _ expected: [String]) {
    let resolved = Resolved(script)
    #expect(resolved.mistakes == [])
    #expect(resolved.meanings == expected)
  }
}
