import ProcessTerms
import Testing

@Test func `compressions of a compression are one row, the first applied first`() throws {
  let table = ProcessTable()
  let row = table.compress(table.compress(table.skip, .normal), .sbisim)
  #expect(table.op(row) == .compress)
  #expect(table.operand(row, 0) == table.skip)
  #expect(table.compressions(row).functions == [.normal, .sbisim])
  #expect(table.describe(row) == "sbisim(normal(SKIP))")
}

@Test func `compressing twice in the same way is compressing once`() {
  let table = ProcessTable()
  let once = table.compress(table.skip, .diamond)
  #expect(table.compress(once, .diamond) == once)
}

@Test(arguments: CompressionFunction.allCases)
func `a compression is called what the script calls it`(_ function: CompressionFunction) {
  let table = ProcessTable()
  #expect(table.describe(table.compress(table.stop, function)) == "\(function.rawValue)(STOP)")
}

@Test func `names between compressions do not keep them apart`() throws {
  let definitions = Definitions()
  let table = definitions.table
  let inner = definitions.define("P") { table.compress(table.stop, .wbisim) }
  let row = try table.resolve(table.compress(inner, .sbisim))
  #expect(table.compressions(row).functions == [.wbisim, .sbisim])
  #expect(table.operand(row, 0) == table.stop)
}

@Test func `a process that is its own compression has no first step`() {
  let definitions = Definitions()
  var p = definitions.table.stop
  p = definitions.define("P") { definitions.table.compress(p, .normal) }
  #expect(throws: UnguardedRecursion.self) { try definitions.table.resolve(p) }
}

@Test func `more functions than fit a row are left out`() {
  let table = ProcessTable()
  var p = table.stop
  for i in 0..<20 { p = table.compress(p, i % 2 == 0 ? .sbisim : .normal) }
  #expect(table.compressions(p).functions.count == 7)
  #expect(table.operand(p, 0) == table.stop)
}
