import ProcessTerms
import Testing

@Test func `resolving evaluates names through on operands and leaves off ones`() throws {
  let defs = Definitions(), table = defs.table
  let p = defs.define("P") { table.prefix(defs.a, table.stop) }
  let q = defs.define("Q") { p }
  let canonical = try table.resolve(table.sequence(q, p))
  #expect(canonical == table.sequence(table.prefix(defs.a, table.stop), p))
  #expect(try table.resolve(canonical) == canonical)
  #expect(defs.evaluations == 2)
  #expect(table.origin(table.prefix(defs.a, table.stop)) == p)
  #expect(table.origin(canonical) == nil)
}

@Test func `each name is evaluated once`() throws {
  let defs = Definitions(), table = defs.table
  let p = defs.define("P") { table.prefix(defs.a, table.stop) }
  _ = try table.resolve(table.externalChoice([p, table.hide(p, table.set([defs.a])), p]))
  _ = try table.resolve(p)
  #expect(defs.evaluations == 1)
}

@Test func `terms over canonical operands are canonical at once`() throws {
  let defs = Definitions(), table = defs.table
  let term = table.parallel([table.skip, table.prefix(defs.a, defs.define("P") { table.stop })], table.set([defs.a]))
  #expect(try table.resolve(term) == term)
  #expect(try table.resolve(table.replacing(term, 0, by: table.stop)) == table.replacing(term, 0, by: table.stop))
  #expect(defs.evaluations == 0)
}

@Test func `a process that is its own on operand is unguarded, and may be asked for again`() {
  let defs = Definitions(), table = defs.table
  var p = table.stop, q = table.stop
  p = defs.define("P") { table.externalChoice([table.prefix(defs.a, table.stop), q]) }
  q = defs.define("Q") { table.hide(p, table.set([defs.b])) }
  for name in [p, q, table.chase(q), p] {
    #expect(throws: UnguardedRecursion.self) { try table.resolve(name) }
  }
}

@Test func `an alias of itself is unguarded`() {
  let defs = Definitions()
  var p = defs.table.stop
  p = defs.define("P") { p }
  #expect(throws: UnguardedRecursion.self) { try defs.table.resolve(p) }
}

@Test func `one process twice in a term is not recursion`() throws {
  let defs = Definitions(), table = defs.table
  let p = defs.define("P") { table.skip }
  #expect(
    try table.resolve(table.interrupt(table.interrupt(p, p), p))
      == table.interrupt(
        table.interrupt(table.skip, table.skip), table.skip))
}

@Test func `a failed evaluation leaves no trace`() throws {
  struct Broken: Error {}
  let defs = Definitions(), table = defs.table
  var isBroken = true
  let p = defs.define("P") { if isBroken { throw Broken() } else { table.skip } }
  let term = table.externalChoice([table.hide(p, table.set([defs.a])), p])
  #expect(throws: Broken.self) { try table.resolve(term) }
  isBroken = false
  #expect(try table.resolve(term) == table.externalChoice([table.hide(table.skip, table.set([defs.a])), table.skip]))
}

@Test func `an evaluation may itself resolve processes`() throws {
  let defs = Definitions(), table = defs.table
  let inner = defs.define("INNER") { table.skip }
  let outer = defs.define("OUTER") { table.hide(try table.resolve(inner), table.set([defs.a])) }
  #expect(try table.resolve(table.chase(outer)) == table.chase(table.hide(table.skip, table.set([defs.a]))))
  var loop = table.stop
  loop = defs.define("LOOP") { try table.resolve(loop) }
  #expect(throws: UnguardedRecursion.self) { try table.resolve(loop) }
}

@Test func `names that unfold thousands deep are resolved, and deeper is an error`() throws {
  let defs = Definitions(), table = defs.table
  table.depthLimit = 2_000
  func count(_ n: Int) -> Process {
    defs.define("F(\(n))") { n == 0 ? table.skip : table.interrupt(count(n - 1), table.stop) }
  }
  #expect(table.depth(try table.resolve(count(1_900))) == 1_901)
  #expect(throws: TermTooDeep.self) { try table.resolve(count(1_000_000)) }
}
