import Foundation
import Testing

@Suite struct TypecheckCommandTests {
  static let script = """
    module Queue(limit)
    exports
    channel put, get : {0..limit}
    QUEUE(xs) = length(xs) < limit & put?x -> QUEUE(xs ^ <x>) [] not null(xs) & get!head(xs) -> QUEUE(tail(xs))
    endmodule
    instance Q = Queue(3)
    twice(f, x) = f(f(x))
    (one, two) = (1, 'c')
    """

  @Test func `a script without mistakes is answered with silence`() throws {
    let result = try Command("typecheck", "-", input: Self.script)
    #expect(result.status == 0)
    #expect(result.output == "")
    #expect(result.errors == "")
  }

  @Test func `each name is listed with its type, members of instances too`() throws {
    let result = try Command("typecheck", "-", "--types", input: Self.script)
    #expect(
      result.output == """
        Queue::put :: Int => Event
        Queue::get :: Int => Event
        Queue::QUEUE :: (<Int>) -> Proc
        Q::put :: Int => Event
        Q::get :: Int => Event
        Q::QUEUE :: (<Int>) -> Proc
        twice :: ((a) -> a, a) -> a
        one :: Int
        two :: Char

        """)
  }

  @Test func `a type error is located and ends with 2, and the name is not listed`() throws {
    let result = try Command("typecheck", "-", "--types", input: "x = 1 + true\ny = 2")
    #expect(result.status == 2)
    #expect(result.errors.contains("-:1:9: error: expected `Int`, found `Bool` [type-mismatch]"))
    #expect(result.output == "y :: Int\n")
  }

  @Test func `JSON has one object a file`() throws {
    let result = try Command("typecheck", "-", "--types", "--format", "json", input: "x = 1 + true\ny = 2")
    #expect(result.status == 2)
    let file = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let diagnostics = try #require(file["diagnostics"] as? [[String: Any]])
    #expect(diagnostics.map { $0["id"] as? String } == ["type-mismatch"])
    let types = try #require(file["types"] as? [[String: Any]])
    #expect(types.map { $0["name"] as? String } == ["y"])
    #expect(types.map { $0["type"] as? String } == ["Int"])
    #expect(types.map { $0["line"] as? Int } == [2])
  }

  @Test func `what cannot be read is bad input`() throws {
    #expect(try Command("typecheck", "/nowhere/at/all.csp").status == 2)
    #expect(try Command("typecheck").status == 2)
  }
}
