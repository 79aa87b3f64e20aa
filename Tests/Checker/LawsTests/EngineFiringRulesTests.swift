import OperationalSemantics
import ProcessGenerators
import ProcessTerms
import ReferenceSemantics
import Testing

/// The two sets of firing rules, written apart from each other, give the same steps.
@Test(arguments: 0..<20 as Range<UInt64>)
func `the engine and the reference interpreter derive the same steps`(seed: UInt64) throws {
  var generator = ProcessGenerator(seed: 900 + seed)
  let rules = FiringRules(generator.table), interpreter = ReferenceInterpreter(generator.table)
  rules.chaseLimit = 100
  interpreter.chaseLimit = 100
  var compared = 0
  for number in 0..<100 {
    let root = try generator.table.resolve(generator.process(size: 2 + number % 16))
    var states = [root], seen: Set = [root]
    while let state = states.popLast(), seen.count < 60 {
      let steps = try? rules.transitions(of: state), expected = try? interpreter.steps(of: state)
      let list = steps?.map { ReferenceInterpreter.Step($0.event, $0.target) }
      #expect(list == expected, "seed \(900 + seed), number \(number): \(generator.equations.text(state))")
      compared += 1
      for step in steps ?? [] where seen.insert(step.target).inserted { states.append(step.target) }
    }
  }
  #expect(compared > 300)
}
