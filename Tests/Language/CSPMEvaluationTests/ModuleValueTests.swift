import Testing

/// Modules, instances and relations as values.
@Suite struct ModuleValueTests {
  static let modules: [(script: String, expression: String, value: String)] = [
    ("module M\ny = 2\nexports\nx = y + 1\nendmodule", "M::x", "3"),
    (
      "module M(a, b)\nexports\nx = a - b\nendmodule\ninstance I = M(5, 2)\ninstance J = M(2, 5)", "(I::x, J::x)",
      "(3, -3)"
    ),
    ("module M(<h>^t)\nexports\nx = (h, t)\nendmodule\ninstance I = M(<1, 2>)", "I::x", "(1, <2>)"),
    ("module M(f)\nexports\nx = f(3)\nendmodule\ninstance I = M(\\ y @ y * y)", "I::x", "9"),
    ("module M(T)\nexports\ndatatype D = A.T | B\nendmodule\ninstance I = M({0, 1})", "I::D", "{I::A.0, I::A.1, I::B}"),
    (
      "module M(T)\nexports\nchannel c : T\nendmodule\ninstance I = M({0, 1})\ninstance J = M({2})", "{| I::c, J::c |}",
      "{I::c.0, I::c.1, J::c.2}"
    ),
    ("module M(T)\nexports\ndatatype D = A.T\nf(A.x) = x\nendmodule\ninstance I = M({7})", "I::f(I::A.7)", "7"),
    (
      "module A(p)\nexports\nmodule B(q)\nexports\nx = <p, q>\nendmodule\nendmodule\ninstance I = A(1)\ninstance J = I::B(2)",
      "J::x", "<1, 2>"
    ),
    (
      "module A(p)\ninstance H = B(p + 1)\nmodule C\nexports\nendmodule\nexports\nx = H::y\nendmodule", "1",
      "unknown-module script 2:1"
    ),
    (
      "module B(q)\nexports\ny = q * 10\nendmodule\nmodule A(p)\ninstance H = B(p + 1)\nexports\nx = H::y\nendmodule\ninstance I = A(1)",
      "I::x", "20"
    ),
    ("x = 1\nmodule M\nexports\nx = 2\ny = x\nendmodule", "(x, M::x, M::y)", "(1, 2, 2)"),
    ("module M\nexports\nx = show(c)\nchannel c\nendmodule", "M::x", "\"M::c\""),
    ("module M(a)\nexports\nx = 1 / a\ny = a\nendmodule\ninstance I = M(0)", "I::y", "0"),
  ]

  @Test(arguments: modules)
  func `members have the values of their instance`(_ row: (script: String, expression: String, value: String)) throws {
    let first = try mistakes(in: row.script).first
    #expect(try first ?? value(of: row.expression, in: row.script) == row.value)
  }

  static let relations: [(String, String)] = [
    ("mtransclose({}, {1, 2})", "{}"), ("mtransclose({(1, 2)}, {1, 2})", "{(1, 2)}"),
    ("mtransclose({(2, 1)}, {1, 2})", "{(1, 2)}"),
    ("mtransclose({(1, 2), (2, 3)}, {1, 2, 3})", "{(1, 2), (1, 3)}"),
    ("mtransclose({(1, 2), (2, 3)}, {2, 3})", "{(2, 3)}"),
    ("mtransclose({(1, 2), (3, 4)}, {1, 2, 3, 4})", "{(1, 2), (3, 4)}"),
    ("mtransclose({(1, 2), (3, 4), (2, 4)}, {1, 3, 4})", "{(1, 3), (1, 4)}"),
    ("mtransclose({(1, 1)}, {1})", "{}"), ("mtransclose({(1, 2)}, {})", "{}"), ("transpose({(1, 'a')})", "{('a', 1)}"),
    ("relational_image({(1, 'a'), (1, 'b'), (2, 'c')})(1)", "{'a', 'b'}"), ("relational_image({(1, 'a')})(3)", "{}"),
    ("relational_inverse_image({(1, 'a'), (2, 'a')})('a')", "{1, 2}"),
  ]

  @Test(arguments: relations)
  func `relations are sets of pairs`(_ expression: String, _ expected: String) throws {
    let imports = "external mtransclose, transpose, relational_image, relational_inverse_image"
    #expect(try value(of: expression, in: imports) == expected)
  }

  @Test func `mtransclose is the least equivalence, whatever the relation`() throws {
    var random = UInt64(20_261_129)
    func next(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    for _ in 0..<60 {
      let pairs = (0..<next(9)).map { _ in (next(7), next(7)) }, kept = Set((0..<7).filter { _ in next(3) > 0 })
      // By brute force: classes that grow until nothing joins.
      var name = Array(0..<7)
      for _ in 0..<7 {
        for (x, y) in pairs {
          let low = min(name[x], name[y])
          (name[x], name[y]) = (low, low)
        }
      }
      let touched = Set(pairs.flatMap { [$0.0, $0.1] })
      var expected: [String] = []
      for x in kept.sorted() where touched.contains(x) {
        let least = kept.sorted().first { touched.contains($0) && name[$0] == name[x] } ?? x
        if least != x { expected.append("(\(least), \(x))") }
      }
      let text = pairs.map { "(\($0.0), \($0.1))" }.joined(separator: ", ")
      let set = kept.sorted().map(String.init).joined(separator: ", ")
      #expect(
        try value(
          of: "mtransclose({\(text)}, {\(set)}) == {\(expected.joined(separator: ", "))}", in: "external mtransclose")
          == "true",
        "{\(text)} over {\(set)}")
    }
  }

  @Test func `a loop in the last position needs no stack, in whatever form it is written`() throws {
    let script = """
      count(0, a) = a
      count(n, a) = count(n - 1, a + 1)
      even(0) = true
      even(n) = odd(n - 1)
      odd(0) = false
      odd(n) = even(n - 1)
      walk(n) = if n == 0 then 'e' else let m = n - 1 within walk(m)
      curried(n)(a) = if n == 0 then a else curried(n - 1)(a + 1)
      """
    #expect(try value(of: "count(300000, 0)", in: script) == "300000")
    #expect(try value(of: "even(300001)", in: script) == "false")
    #expect(try value(of: "walk(200000)", in: script) == "'e'")
    #expect(try value(of: "curried(2000)(0)", in: script) == "2000")
  }

  @Test func `recursion through names of a let that are processes comes to an end`() throws {
    let script = """
      channel c : {1, 2}
      P({}) = P({1, 2})
      P(s) = [] x : s @ let rest = diff(s, {x}) within let A = c.x -> B
                                                           B = P(rest) within A
      """
    #expect(try value(of: "1", in: script) == "1")
    #expect(try value(of: "P({})", in: script) == "P({})" || value(of: "P({})", in: script).contains("c."))
  }
}
