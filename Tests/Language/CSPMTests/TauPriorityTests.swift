import Testing

/// `:[tau priority]: S` means `prioritise(…, <{}, S>)` on both sides of an assertion.
@Suite struct TauPriorityTests {
  static let prelude = """
    external prioritise
    channel tock, a, b
    LAZY = a -> STOP [] tock -> LAZY
    DUE = (a -> b -> STOP) [] tock -> DUE
    P = DUE \\ {a}
    END = SKIP [] tock -> STOP
    Timed {
      SENDER = a -> STOP
      RECEIVER = a -> STOP [] WAIT(2) ; b -> STOP
      SYSTEM = (SENDER [| {a} |] RECEIVER) \\ {a}
    }

    """

  /// An assertion with the option, its verdict, and that of the assertion without it.
  static let rows: [(assertion: String, option: String, with: String, without: String)] = [
    // Time waits for what happens by itself, and for the end.
    ("b -> STOP [T= P", "{tock}", "holds", "fails"), ("b -> STOP [FD= P", "{tock}", "holds", "fails"),
    ("SKIP [FD= END", "{tock}", "holds", "fails"), ("P :[has trace [T]]: <tock>", "{tock}", "fails", "holds"),
    ("P :[deterministic]", "{tock}", "holds", "fails"), ("P :[divergence free]", "{tock}", "holds", "holds"),
    // On both sides: the specification makes no more than the implementation.
    ("P [T= tock -> STOP", "{tock}", "fails", "holds"),
    // Where nothing happens by itself, and for events that are not in the set, it changes nothing.
    ("LAZY [FD= LAZY", "{tock}", "holds", "holds"), ("LAZY :[has trace]: <tock, a>", "{tock}", "holds", "holds"),
    ("b -> STOP [T= P", "{}", "fails", "fails"), ("b -> STOP [T= P", "{b}", "fails", "fails"),
    // In a timed section, too, what can happen by itself happens before time passes.
    ("SYSTEM :[has trace [T]]: <tock, tock, b>", "{tock}", "fails", "holds"),
    ("SYSTEM :[has trace [T]]: <tock, tock, tock>", "{tock}", "holds", "holds"),
    ("RUN({tock}) [F= SYSTEM", "{tock}", "holds", "fails"),
  ]

  @Test(arguments: rows)
  func `the option lets its events wait for τ and ✓`(
    _ row: (assertion: String, option: String, with: String, without: String)
  ) throws {
    let found = try verdicts(
      [
        row.assertion, "\(row.assertion) :[tau priority]: \(row.option)",
        "\(row.assertion) :[tau priority over]: \(row.option)",
      ], behind: Self.prelude)
    #expect(found == [row.without, row.with, row.with])
  }

  static let spelledOut = [
    "T= P | SYSTEM", "FD= P | DUE", "F= LAZY | DUE", "FD= END | SKIP", "T= SYSTEM | RUN({tock})", "F= SYSTEM | SYSTEM",
  ]

  @Test(arguments: spelledOut)
  func `the option is priority on both sides`(_ row: String) throws {
    let parts = row.split(separator: " ")
    func high(_ p: Substring) -> String { "prioritise(\(p), <{}, {tock}>)" }
    let found = try verdicts(
      [
        "\(parts[1]) [\(parts[0]) \(parts[3]) :[tau priority]: {tock}",
        "\(high(parts[1])) [\(parts[0]) \(high(parts[3]))",
      ], behind: Self.prelude)
    #expect(found[0] == found[1])
  }
}
