import CSPMSyntax
import Testing

@testable import CSPM

/// The forms of assertions: what each of them says, with the models and options that it takes, and what is refused
/// (FDR manual, "Assertions").
@Suite struct AssertionFormTests {
  static let prelude = """
    channel a, b, tock
    P = a -> STOP
    LOOP = a -> LOOP
    Q = a -> STOP |~| STOP
    D = a -> DIV

    """

  /// An assertion, and its verdict; the opposite for the same with `not` in front.
  static let forms: [(String, String)] = [
    ("P [T= STOP", "holds"), ("STOP [T= P", "fails"), ("Q [F= P", "holds"), ("P [F= Q", "fails"), ("Q [FD= P", "holds"),
    ("P [FD= D", "fails"),
    // What the models tell apart.
    ("P [T= Q", "holds"), ("P [F= D", "holds"), ("D [FD= P", "holds"), ("P [FD= STOP", "fails"), ("P [T= D", "holds"),
    ("LOOP :[deadlock free]", "holds"), ("P :[deadlock free]", "fails"), ("LOOP :[deadlock free [F]]", "holds"),
    ("P :[deadlock free [F]]", "fails"),
    ("D :[deadlock free [F]]", "holds"), ("D :[deadlock free [FD]]", "fails"), ("SKIP :[deadlock free [FD]]", "holds"),
    ("P :[divergence free]", "holds"), ("D :[divergence free]", "fails"), ("P :[divergence free [FD]]", "holds"),
    ("D :[livelock free]", "fails"),
    ("P :[livelock free [FD]]", "holds"), ("P :[deterministic]", "holds"), ("Q :[deterministic]", "fails"),
    ("Q :[deterministic [F]]", "fails"),
    ("Q :[deterministic [FD]]", "fails"), ("D :[deterministic [F]]", "holds"), ("D :[deterministic [FD]]", "fails"),
    ("P :[has trace]: <a>", "holds"), ("P :[has trace]: <b>", "fails"), ("P :[has trace]: <>", "holds"),
    ("P :[has trace [T]]: <a>", "holds"), ("Q :[has trace [T]]: <a>", "holds"),
    ("Q :[has trace [F]]: <a>", "fails"), ("Q :[has trace [FD]]: <a>", "fails"), ("D :[has trace [F]]: <a>", "holds"),
    ("D :[has trace [FD]]: <a>", "fails"), ("D :[has trace [T]]: <a>", "holds"),
    ("LOOP :[has trace]: <a | n <- <1..5>>", "holds"),
  ]

  @Test(arguments: forms)
  func `an assertion has its verdict, and its negation the other one`(_ assertion: String, _ verdict: String) throws {
    let other = verdict == "holds" ? "fails" : "holds"
    let found = try verdicts([assertion, "not \(assertion)"], behind: Self.prelude)
    #expect(found == [verdict, other])
  }

  /// Forms that are read, and whose models no check has.
  static let undecided = [
    "P [V= STOP", "P [VD= STOP", "P [R= STOP", "P [RD= STOP",
  ]

  @Test(arguments: undecided)
  func `an assertion that cannot be decided is an error of its own, and of no other assertion`(
    _ assertion: String
  ) throws {
    let found = try verdicts([assertion, "STOP [T= STOP"], behind: Self.prelude)
    #expect(found == ["error unsupported", "holds"])
  }

  @Test(arguments: ["", " [precise]", " [hybrid]", " [fast]"])
  func `an assertion that asks for partial order reduction is decided as without`(_ mode: String) throws {
    let option = ":[partial order reduce\(mode)]"
    let assertions = [
      "LOOP :[deadlock free [F]] \(option)", "P :[deadlock free [F]] \(option)", "P [T= P \(option)",
      "STOP [T= P \(option)", "P [FD= P \(option) :[tau priority]: {}",
    ]
    #expect(try verdicts(assertions, behind: Self.prelude) == ["holds", "fails", "holds", "fails", "holds"])
  }

  /// A whole script, and the first of its mistakes.
  static let refused: [(String, String)] = [
    ("assert STOP [X= STOP", "unexpected-token 1:15"),
    ("assert STOP :[deadlock free [T]]", "unknown-model 1:30"),
    ("assert STOP :[deadlock free [V]]", "unknown-model 1:30"),
    ("assert STOP :[divergence free [F]]", "unknown-model 1:32"),
    ("assert STOP :[deterministic [T]]", "unknown-model 1:30"),
    ("assert STOP :[live]", "unknown-property 1:15"), ("assert STOP :[deadlock]", "unknown-property 1:15"),
    ("assert STOP :[has trace]", "unexpected-token 1:25"),
    ("assert STOP :[deadlock free]: <>", "unexpected-token 1:31"),
    ("assert STOP", "unexpected-token 1:12"), ("assert STOP [T=", "unexpected-token 1:16"),
    ("assert [T= STOP", "unexpected-token 1:8"), ("assert not", "unexpected-token 1:11"),
    ("assert 1 [T= STOP", "type-mismatch 1:8"), ("assert STOP [FD= {STOP}", "type-mismatch 1:18"),
    ("assert 1 :[deadlock free]", "type-mismatch 1:8"),
    ("assert STOP :[has trace]: <1>", "type-mismatch 1:27"), ("assert STOP :[has trace]: STOP", "type-mismatch 1:27"),
    ("assert UNKNOWN [T= STOP", "unknown-name 1:8"),
    ("channel c : {0..1}\nassert STOP :[has trace]: <c>", "type-mismatch 2:27"),
    ("channel c : {0..1}\nassert STOP :[has trace]: <c.2>", "outside-type 2:28"),
    ("assert STOP [T= STOP :[tau priority]: 1", "type-mismatch 1:39"),
    ("assert STOP [T= STOP :[tau priority]: {1}", "type-mismatch 1:39"),
    ("assert STOP [T= STOP :[tau priority]", "unexpected-token 1:37"),
    ("assert STOP [T= STOP :[partial order reduce [slow]]", "unknown-option 1:46"),
    ("assert STOP [T= STOP :[quick]", "unknown-option 1:24"),
    ("assert STOP [T= STOP :[partial order reduce] :[partial order reduce]", "duplicate-option 1:46"),
    ("x = let assert STOP [T= STOP\nwithin 1", "misplaced-declaration 1:9"),
    ("module M\nassert STOP [T= STOP\nexports\nendmodule", "misplaced-declaration 2:1"),
    ("module M\nexports\nassert STOP [T= STOP\nendmodule", "misplaced-declaration 3:1"),
  ]

  @Test(arguments: refused)
  func `what is no assertion is refused where it stands`(_ script: String, _ expected: String) throws {
    let found = try places(script).first
    #expect(found == expected)
  }

  static let oldSpellings: [(String, String)] = [
    ("LOOP :[deadlock-free]", "holds"), ("P :[divergence-free]", "holds"), ("P :[livelock-free [FD]]", "holds"),
    ("P :[deadlock-free [F]]", "fails"),
  ]

  @Test(arguments: oldSpellings)
  func `the old spelling means the same, with a warning`(_ assertion: String, _ verdict: String) throws {
    let found = try verdicts([assertion], behind: Self.prelude)
    #expect(found == [verdict])
    let warnings = ScriptLoader().load(text: Self.prelude + "assert \(assertion)").diagnostics
    #expect(warnings.map(\.id) == ["old-spelling"])
    #expect(warnings.allSatisfy { $0.severity == .warning })
  }

  @Test func `assertions of a section are timed as the section is`() throws {
    let found = try verdicts([], behind: Self.prelude + "Timed { R = a -> STOP\nassert R [T= R\nassert STOP [T= R }")
    #expect(found == ["holds", "fails"])
  }
}
