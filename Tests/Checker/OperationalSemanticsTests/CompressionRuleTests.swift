import OperationalSemantics
import ProcessTerms
import Testing

/// Which compressions may stand below priority and below `chase`.
@Suite struct CompressionRuleTests {
  static let safeUnderPriority: Set<CompressionFunction> = [.sbisim, .dbisim, .wbisim, .tau_loop_factor, .explicate]
  static let safeUnderChase: Set<CompressionFunction> = [.sbisim, .explicate]

  /// What may stand between.
  static let contexts: [(name: String, around: @Sendable (World, Process) -> Process)] = [
    ("nothing", { $1 }), ("hiding", { $0.table.hide($1, $0.set($0.a)) }),
    ("renaming", { $0.table.rename($1, $0.table.renaming([($0.a, $0.b)])) }),
    ("parallel", { $0.table.parallel([$0.aStop, $1], $0.set()) }),
    ("choice", { $0.table.externalChoice([$0.aStop, $1]) }),
    ("another compression", { $0.table.compress($1, .sbisim) }),
    ("a name", { world, p in world.define("P") { _ in p } }),
  ]

  @Test(arguments: CompressionFunction.allCases, contexts.map(\.name))
  func `what would change the meaning of priority or chase is refused`(
    _ function: CompressionFunction, _ context: String
  ) throws {
    let world = World(), around = Self.contexts.first { $0.name == context }!.around
    let operand = around(world, world.table.compress(world.aStop, function))
    for (whole, safe) in [
      (world.table.prioritise(operand, world.table.priority([:])), Self.safeUnderPriority),
      (world.table.chase(operand), Self.safeUnderChase),
    ] {
      let root = try world.table.resolve(whole)
      if safe.contains(function) {
        #expect(throws: Never.self) { try world.rules.transitions(of: root) }
      } else {
        let error = #expect(throws: UnsafeCompression.self) { try world.rules.transitions(of: root) }
        #expect(error?.process == root)
        #expect(error?.function == function)
      }
    }
  }

  @Test func `a compression that is reached later is refused when it is reached`() throws {
    let world = World(), table = world.table
    let order = table.priority([:])
    let whole = table.prioritise(table.prefix(world.a, table.compress(world.bStop, .normal)), order)
    let step = try #require(try world.rules.transitions(of: whole).first)
    #expect(throws: UnsafeCompression.self) { try world.rules.transitions(of: step.target) }
  }

  @Test func `priority and chase may be compressed`() throws {
    let world = World(), table = world.table
    for p in [table.prioritise(world.aStop, table.priority([:])), table.chase(world.aStop)] {
      #expect(try world.rules.transitions(of: table.compress(p, .normal)).count == 1)
    }
  }

  @Test func `recursion through a compression has finitely many states`() throws {
    let world = World()
    var p = world.stop, q = world.stop
    p = world.define("P") { w in w.table.compress(w.table.prefix(w.a, q), .normal) }
    q = world.define("Q") { w in w.table.compress(w.table.prefix(w.b, p), .diamond) }
    let root = try world.table.resolve(p)
    let first = try #require(try world.rules.transitions(of: root).first)
    #expect(try world.rules.transitions(of: first.target) == [Transition(world.b, root)])
  }
}
