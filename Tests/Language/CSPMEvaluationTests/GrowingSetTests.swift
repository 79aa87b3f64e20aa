import ProcessGenerators
import Testing

/// Sets that change by a few elements at a time mean what sets mean, whenever somebody looks at them.
@Suite struct GrowingSetTests {
  /// A walk of unions, differences and questions over a set of numbers, with what Swift's sets answer.
  private struct Walk {
    private(set) var script = "s0 = {0..199}\n"
    private(set) var answers: [(question: String, answer: String)] = []
    private var model = Set(0..<200)
    private var generator: SplitMix64

    init(seed: UInt64) {
      generator = SplitMix64(seed: seed)
      for step in 1...120 { take(step) }
    }

    private mutating func take(_ step: Int) {
      let count = Int.random(in: 0...3, using: &generator)
      let few = Set((0..<count).map { _ in Int.random(in: 0..<260, using: &generator) })
      let listed = "{" + few.map(String.init).joined(separator: ", ") + "}"
      let before = "s\(step - 1)"
      switch Int.random(in: 0..<4, using: &generator) {
      case 0:
        script += "s\(step) = union(\(before), \(listed))\n"
        model.formUnion(few)
      case 1:
        script += "s\(step) = union(\(listed), \(before))\n"
        model.formUnion(few)
      case 2:
        script += "s\(step) = diff(\(before), \(listed))\n"
        model.subtract(few)
      default:
        script += "s\(step) = inter(\(before), union(\(before), \(listed)))\n"
      }
      ask(step, Int.random(in: 0..<260, using: &generator))
    }

    /// Few questions list the elements, so that changes stay unmade for a while.
    private mutating func ask(_ step: Int, _ element: Int) {
      answers.append(("member(\(element), s\(step))", "\(model.contains(element))"))
      answers.append(("card(s\(step))", "\(model.count)"))
      if step % 40 == 0 {
        let listed = "{" + model.sorted().map(String.init).joined(separator: ", ") + "}"
        answers.append(("s\(step)", listed))
        answers.append(("s\(step) == \(listed)", "true"))
        answers.append(("member(s\(step), {{}, s\(step)})", "true"))
        answers.append(("empty(diff(s\(step), \(listed)))", "true"))
      }
    }
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `changes give what Swift's sets give`(_ seed: UInt64) throws {
    let walk = Walk(seed: seed)
    let questions = walk.answers.map(\.question).joined(separator: ", ")
    let answers = walk.answers.map(\.answer).joined(separator: ", ")
    #expect(try value(of: "<(\(questions))>", in: walk.script) == "<(\(answers))>")
  }

  @Test func `a set grows to a thousand elements and shrinks again`() throws {
    let script = """
      grown(0, s) = s
      grown(n, s) = grown(n - 1, union(s, {n}))
      shrunk(0, s) = s
      shrunk(n, s) = if member(n, s) then shrunk(n - 1, diff(s, {n})) else {n}
      """
    #expect(try value(of: "card(grown(1000, {}))", in: script) == "1000")
    #expect(try value(of: "shrunk(1000, {0..1000})", in: script) == "{0}")
  }
}
