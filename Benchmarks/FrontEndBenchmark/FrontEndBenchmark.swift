// The front end: how long a large script takes to be read and typed, and how many functions are applied a second.
//
// One thread; each row is run a few times in one process, and the median is printed.
import CSPM
import CSPMEvaluation
import CSPMSyntax

/// Work with a known number of function applications, written as CSPm.
struct Row {
  let name: String
  let expression: String
  let result: String
  let applications: Int
}

let functions = """
  fib(n) = if n < 2 then n else fib(n - 1) + fib(n - 2)
  count(0, a) = a
  count(n, a) = count(n - 1, a + 1)
  sum(<>, n) = n
  sum(<x>^xs, n) = sum(xs, n + x)
  ackermann(0, n) = n + 1
  ackermann(m, 0) = ackermann(m - 1, 1)
  ackermann(m, n) = ackermann(m - 1, ackermann(m, n - 1))
  foldr(f, z, <>) = z
  foldr(f, z, <x>^xs) = f(x, foldr(f, z, xs))
  grown(0, s) = s
  grown(n, s) = grown(n - 1, union(s, {n}))
  """

let rows = [
  Row(name: "naive Fibonacci", expression: "fib(29)", result: "514229", applications: 1_664_079),
  Row(name: "loop with an accumulator", expression: "count(3000000, 0)", result: "3000000", applications: 3_000_001),
  Row(name: "sum of a sequence", expression: "sum(<1..1000000>, 0)", result: "500000500000", applications: 1_000_001),
  Row(name: "Ackermann", expression: "ackermann(2, 600)", result: "1203", applications: 726_304),
  Row(
    name: "fold with a lambda", expression: "foldr(\\x, y @ x + y, 0, <1..100000>)", result: "5000050000",
    applications: 200_001),
  Row(name: "set grown by union", expression: "card(grown(3000, {}))", result: "3000", applications: 3_001),
]

/// A script of some `count` kilobytes of what scripts are made of: datatypes, channels, functions, processes.
func largeScript(parts: Int) -> String {
  var script = "N = 5\nnametype Num = {0..N}\ndatatype Message = Request.Num | Answer.Num.Bool | Nothing\n"
  script += "channel input, output : Num.Message\nchannel tick\n"
  for i in 0..<parts {
    script += """

      -- Node \(i): forwards what it gets, with a window and a log.
      datatype Tree\(i) = Leaf\(i).Num | Node\(i).Tree\(i) | Empty\(i)
      channel c\(i), d\(i) : Num.Tree\(i)
      fold\(i)(f, z, <>) = z
      fold\(i)(f, z, <x>^xs) = f(x, fold\(i)(f, z, xs))
      sum\(i)(xs) = fold\(i)(\\ x, y @ x + y, 0, xs)
      depth\(i)(Leaf\(i).n) = n
      depth\(i)(Node\(i).t) = 1 + depth\(i)(t)
      depth\(i)(Empty\(i)) = 0
      NODE\(i)(w, log) =
        let
          full = length(log) > w
          next(x) = if full then tail(log)^<x> else log^<x>
        within
          c\(i)?n?t -> (if member(n, {0..w}) then d\(i)!n!t -> NODE\(i)(w, next(depth\(i)(t))) else tick -> NODE\(i)(w, log))
          [] input.\(i % 6)?m:{Request.0, Nothing} -> (output!(\(i) % 6)!m -> NODE\(i)(w, log) |~| STOP)
          [] full & tick -> NODE\(i)(w, <>)
      SYSTEM\(i) = (NODE\(i)(2, <>) [| {| d\(i), tick |} |] (d\(i)?x?y -> SKIP ||| tick -> STOP)) \\ {| tick |}
      assert SYSTEM\(i) :[deadlock free [F]]

      """
  }
  return script
}

func median(_ times: [Duration]) -> Double {
  let sorted = times.sorted()
  let (seconds, attoseconds) = sorted[sorted.count / 2].components
  return Double(seconds) + Double(attoseconds) / 1e18
}

func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

func rounded(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  return "\((value * scale).rounded() / scale)"
}

@main enum FrontEndBenchmark {
  static func main() throws { try Stack.run { try measure() } }

  private static func measure() throws {
    let clock = ContinuousClock()
    let script = largeScript(parts: 560)
    var parsing: [Duration] = [], typing: [Duration] = []
    for _ in 0..<5 {
      var loaded: LoadedScript?
      parsing.append(clock.measure { loaded = ScriptLoader().load(text: script) })
      guard let loaded else { continue }
      var types: ScriptTypes?
      typing.append(clock.measure { types = ScriptTypes(loaded) })
      precondition(types?.hasErrors == false, "the large script has mistakes")
    }
    print("\(script.utf8.count / 1000) KB of script: parsed in \(rounded(median(parsing), 3)) s,", terminator: " ")
    print("names and types in \(rounded(median(typing), 3)) s")

    print(padded("evaluation", 28) + "applications   seconds   million a second")
    for row in rows {
      var times: [Duration] = []
      for _ in 0..<5 {
        // A new session each time: nothing is remembered.
        let session = ScriptSession(ScriptLoader().load(text: functions), path: "-")
        let source = SourceFile(path: "-", bytes: Array(row.expression.utf8))
        guard let expression = Expression.parse(source, file: 0).tree else { preconditionFailure(row.expression) }
        var result = ""
        times.append(try clock.measure { result = try session.text(of: expression) })
        precondition(result == row.result, "\(row.expression) = \(result)")
      }
      let time = median(times)
      print(
        padded(row.name, 28) + padded("\(row.applications)", 15) + padded(rounded(time, 3), 10)
          + rounded(Double(row.applications) / time / 1e6, 2))
    }
  }
}
