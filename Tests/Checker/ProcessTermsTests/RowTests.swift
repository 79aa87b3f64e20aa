import ProcessTerms
import Testing

@Test func `equal terms are one process`() {
  let table = ProcessTable()
  let a = table.alphabet.append("a"), b = table.alphabet.append("b")
  #expect(table.prefix(a, table.stop) == table.prefix(a, table.stop))
  #expect(table.prefix(a, table.stop) != table.prefix(a, table.skip))
  #expect(table.hide(table.stop, table.set([a, b])) == table.hide(table.stop, table.set([b, a, b])))
  #expect(table.externalChoice([table.stop, table.skip]) != table.externalChoice([table.skip, table.stop]))
  #expect(table.deferred() != table.deferred())
}

@Test func `terms stay what they are while the table grows`() {
  let table = ProcessTable()
  var state: UInt64 = 1
  var made: [(op: Operator, operands: [Int32], process: Process)] = []
  for _ in 0..<20_000 {
    // Knuth's linear congruential generator.
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let count = Int(state >> 60) % 4 + 2
    let operands = (0..<count).map { i in Int32(state >> (UInt64(i) * 11) % UInt64(table.count)) }
    let op: Operator = state >> 63 == 0 ? .externalChoice : .internalChoice
    made.append((op, operands, table.make(op, operands: operands)))
  }
  for (op, operands, process) in made {
    #expect(table.make(op, operands: operands) == process)
    #expect(table.op(process) == op)
    #expect(Array(table.rawOperands(process)) == operands)
  }
  #expect(Set(made.map { [Int32($0.op.rawValue)] + $0.operands }).count == table.count - 4)
}

@Test func `a row with an operand replaced is the row made so`() {
  let table = ProcessTable()
  let a = table.alphabet.append("a")
  let parts = [table.stop, table.skip, table.div, table.prefix(a, table.stop)]
  for op in [Operator.parallel, .externalChoice, .synchronisingChoice] {
    for first in parts {
      for i in 0..<3 {
        for q in parts {
          let row = [first, table.stop, table.skip].map(\.id)
          var expected = row
          expected[i] = q.id
          let replaced = table.replacing(table.make(op, parameter: 7, operands: row), i, by: q)
          #expect(replaced == table.make(op, parameter: 7, operands: expected))
        }
      }
    }
  }
}

@Test func `a menu is a set of branches in order`() {
  let table = ProcessTable()
  let a = table.alphabet.append("a"), b = table.alphabet.append("b")
  let menu = table.prefix([(b, table.stop), (a, table.skip), (a, table.stop), (b, table.stop)])
  #expect(table.branches(menu).map(\.event) == [a, a, b])
  #expect(table.branches(menu).map(\.after) == [table.stop, table.skip, table.stop])
  #expect(table.prefix([(Event, Process)]()) == table.stop)
}

@Test func `forms over no operand or one are what the decisions say`() {
  let table = ProcessTable()
  let set = table.set([Event]())
  #expect(table.externalChoice([]) == table.stop)
  #expect(table.synchronisingChoice([], set) == table.stop)
  #expect(table.parallel([], set) == table.skip)
  #expect(table.alphabetised([]) == table.skip)
  #expect(table.externalChoice([table.div]) == table.div)
  #expect(table.internalChoice([table.div]) == table.div)
  #expect(table.parallel([table.div], set) == table.div)
  #expect(table.alphabetised([(table.div, set)]) != table.div)
}

@Test(arguments: [[], [2], [3, 4, 70], Array(2..<200), [500]] as [[Int32]])
func `a set contains its events and no others`(ids: [Int32]) {
  let table = ProcessTable()
  _ = table.set([Event(id: 9), Event(id: 130)])
  let set = table.set(ids.reversed().map { Event(id: $0) })
  _ = table.set([Event(id: 5)])
  for id in 0..<(600 as Int32) {
    #expect(table.contains(set, Event(id: id)) == ids.contains(id))
    #expect(table.contents(set).contains(Event(id: id)) == ids.contains(id))
  }
  #expect(table.contents(set).events.map(\.id) == ids)
}

@Test func `a renaming is a relation that leaves other events alone`() {
  let table = ProcessTable()
  let a = table.alphabet.append("a"), b = table.alphabet.append("b"), c = table.alphabet.append("c")
  let r = table.renaming([(a, c), (a, b), (a, c)])
  #expect(table.contents(r).images(of: a) == [b, c])
  #expect(table.contents(r).images(of: b) == [b])
  #expect(r == table.renaming([(a, b), (a, c)]))
}

@Test func `depth counts on operands alone`() {
  let table = ProcessTable()
  let a = table.alphabet.append("a")
  let prefix = table.prefix(a, table.hide(table.stop, table.set([a])))
  #expect(table.depth(table.stop) == 1)
  #expect(table.depth(prefix) == 1)
  #expect(table.depth(table.sequence(prefix, table.hide(prefix, table.set([a])))) == 2)
  var deep = prefix
  for _ in 0..<70_000 { deep = table.chase(deep) }
  #expect(table.depth(deep) == 65_535)
}
