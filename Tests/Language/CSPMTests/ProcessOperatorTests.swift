import Testing

/// Each process operator, written with the forms that scripts use, against the same without the operator (FDR manual,
/// "Defining processes"). The laws of the operators are tested in LawsTests; here it is what their syntax means.
@Suite struct ProcessOperatorTests {
  static let prelude = """
    channel a, b, c, d
    channel x, y : {0..1}
    channel z : {0..1}.{0..2}
    datatype T = L | N.{0..1}
    channel t : T
    AB = a -> b -> STOP

    """

  static let prefixes: [(String, String)] = [
    ("a -> STOP", "a -> (STOP)"), ("x?v -> STOP", "x.0 -> STOP [] x.1 -> STOP"), ("x!1 -> STOP", "x.1 -> STOP"),
    ("x.0 -> STOP", "x!0 -> STOP"), ("x?v:{0} -> STOP", "x.0 -> STOP"), ("x?v:{} -> STOP", "STOP"),
    ("x?_ -> a -> STOP", "x.0 -> a -> STOP [] x.1 -> a -> STOP"), ("x?1 -> STOP", "x.1 -> STOP"),
    ("x$v -> y!v -> STOP", "x.0 -> y.0 -> STOP |~| x.1 -> y.1 -> STOP"), ("x$v:{1} -> STOP", "x.1 -> STOP"),
    ("z?v!2 -> STOP", "z.0.2 -> STOP [] z.1.2 -> STOP"), ("z!1?v:{0, 2} -> STOP", "z.1.0 -> STOP [] z.1.2 -> STOP"),
    ("z.1?v:{0} -> STOP", "z.1.0 -> STOP"), ("z?v?w:{v} -> STOP", "z.0.0 -> STOP [] z.1.1 -> STOP"),
    ("z?v!v + 1 -> STOP", "z.0.1 -> STOP [] z.1.2 -> STOP"),
    ("z$v?w:{v + 1} -> STOP", "z.0.1 -> STOP |~| z.1.2 -> STOP"), ("z$v!0 -> STOP", "z.0.0 -> STOP |~| z.1.0 -> STOP"),
    // A dot behind a question mark is another question mark.
    ("z?v.w -> STOP", "z?v?w -> STOP"), ("z?0.w -> STOP", "z.0?w -> STOP"),
    ("z?v -> STOP", "RUN({| z |}) [| {| z |} |> STOP"),
    ("t?v -> STOP", "t.L -> STOP [] t.N.0 -> STOP [] t.N.1 -> STOP"),
    ("t?N.v -> STOP", "t.N.0 -> STOP [] t.N.1 -> STOP"),
    ("t!N?v -> STOP", "t.N.0 -> STOP [] t.N.1 -> STOP"), ("let e = x.1 within e -> STOP", "x.1 -> STOP"),
    ("let e = z.1 within e?v:{2} -> STOP", "z.1.2 -> STOP"),
    ("a -> x?v -> x!v -> STOP", "a -> (x.0 -> x.0 -> STOP [] x.1 -> x.1 -> STOP)"),
  ]

  static let operators: [(String, String)] = [
    ("AB [] c -> STOP", "[] e : {a, c} @ e -> (if e == a then b -> STOP else STOP)"),
    ("AB [] a -> STOP", "a -> (b -> STOP |~| STOP)"),
    ("AB |~| AB", "AB"), ("a -> STOP [> b -> STOP", "(a -> STOP [] b -> STOP) |~| b -> STOP"), ("true & AB", "AB"),
    ("false & AB", "STOP"),
    ("(1 < 2) & AB [] false & c -> STOP", "AB"), ("a -> SKIP ; b -> STOP", "AB"), ("STOP ; AB", "STOP"),
    ("SKIP ; SKIP", "SKIP"),
    ("a -> SKIP /\\ b -> STOP", "(a -> (SKIP [] b -> STOP)) [] b -> STOP"), ("STOP /\\ AB", "AB"),
    ("AB /+ {a} +\\ a -> c -> STOP", "a -> (b -> c -> STOP [] c -> STOP)"), ("AB /+ {} +\\ STOP", "AB"),
    ("AB [+ {a} +] a -> c -> STOP", "a -> (b -> STOP [] c -> STOP)"), ("AB [+ {} +] c -> STOP", "AB [] c -> STOP"),
    ("AB [+ {a} +] STOP", "STOP"), ("AB [| {b} |> c -> STOP", "a -> b -> c -> STOP"), ("AB [| {c} |> c -> STOP", "AB"),
    ("AB [| {} |> STOP", "AB"), ("AB [| {a} |] a -> c -> STOP", "a -> (b -> STOP ||| c -> STOP)"),
    ("AB [| {a} |] b -> a -> STOP", "b -> a -> b -> STOP"),
    ("AB [| {} |] c -> STOP", "AB ||| c -> STOP"), ("a -> STOP ||| b -> STOP", "a -> b -> STOP [] b -> a -> STOP"),
    ("a -> SKIP ||| b -> SKIP", "a -> b -> SKIP [] b -> a -> SKIP"),
    ("AB [{a} || {b}] b -> STOP", "a -> STOP ||| b -> STOP"),
    ("AB [{a, b} || {b, c}] b -> c -> STOP", "a -> b -> c -> STOP"), ("AB [{} || {}] AB", "STOP"),
    ("a -> c -> STOP [a <-> b] b -> d -> STOP", "(c -> STOP ||| d -> STOP) |~| (c -> STOP ||| d -> STOP)"),
    ("x!1 -> STOP [x <-> y] y?v -> z!v!0 -> STOP", "z.1.0 -> STOP"),
    ("z!1!2 -> STOP [z.v <-> z.v | v <- {0..1}] z?v?w -> y!v -> STOP", "y.1 -> STOP"),
    ("AB \\ {a}", "b -> STOP"), ("AB \\ {}", "AB"), ("AB \\ {a, b}", "STOP"), ("AB |\\ {a}", "a -> STOP"),
    ("AB |\\ {}", "STOP"),
    ("AB |\\ {a, b, c}", "AB"), ("(x?v -> a -> STOP) \\ {| x |}", "a -> STOP"),
  ]

  static let renamings: [(String, String)] = [
    ("AB[[a <- c]]", "c -> b -> STOP"), ("AB[[a <- c, a <- d]]", "c -> b -> STOP [] d -> b -> STOP"),
    ("AB[[a <- b, b <- a]]", "b -> a -> STOP"),
    ("AB[[c <- d]]", "AB"), ("AB[[a <- c]][[c <- d]]", "d -> b -> STOP"), ("(x?v -> STOP)[[x <- y]]", "y?v -> STOP"),
    ("(x?v -> STOP)[[x.0 <- a]]", "a -> STOP [] x.1 -> STOP"),
    ("(x?v -> STOP)[[x.v <- x.1 - v | v <- {0..1}]]", "x?v -> STOP"),
    ("(x?v -> y!v -> STOP)[[x.v <- y.v | v <- {0..1}, v == 1]]", "x.0 -> y.0 -> STOP [] y.1 -> y.1 -> STOP"),
    ("(z?v!0 -> STOP)[[z.v <- z.1 - v | v <- {0}]]", "z.1.0 -> STOP"),
    ("(x!0 -> STOP)[[x <- y, x.0 <- a]]", "y.0 -> STOP [] a -> STOP"),
    ("AB[[a <- e | e <- {c, d}]]", "c -> b -> STOP [] d -> b -> STOP"), ("AB[[a <- e | e <- {}]]", "AB"),
    // Renaming binds tighter than everything else.
    ("a -> STOP ; SKIP[[a <- b]]", "a -> STOP"),
  ]

  /// Over none, one and several.
  static let replicated: [(String, String)] = [
    ("[] v : {} @ x.v -> STOP", "STOP"), ("[] v : {1} @ x.v -> STOP", "x.1 -> STOP"),
    ("[] v : {0..1} @ x.v -> STOP", "x?v -> STOP"),
    ("[] v : {0..1}, w : {v..1} @ z.v.w -> STOP", "z.0.0 -> STOP [] z.0.1 -> STOP [] z.1.1 -> STOP"),
    ("[] v : {0..1}, v == 1 @ x.v -> STOP", "x.1 -> STOP"), ("[] N.v : T @ x.v -> STOP", "x?v -> STOP"),
    ("|~| v : {1} @ x.v -> STOP", "x.1 -> STOP"), ("|~| v : {0..1} @ x.v -> STOP", "x$v -> STOP"),
    ("||| v : {} @ x.v -> STOP", "SKIP"), ("||| v : {1} @ x.v -> STOP", "x.1 -> STOP"),
    ("||| v : {0..1} @ x.v -> STOP", "x.0 -> STOP ||| x.1 -> STOP"),
    ("||| v : {0..1} @ a -> STOP", "a -> STOP ||| a -> STOP"), ("|| v : {} @ [{a}] STOP", "SKIP"),
    ("|| v : {1} @ [{a, x.v}] a -> x.v -> b -> STOP", "a -> x.1 -> STOP"),
    ("|| v : {0..1} @ [{a, x.v}] a -> x.v -> STOP", "a -> (x.0 -> STOP ||| x.1 -> STOP)"),
    ("|| v : {0..1} @ [{x.v, x.(v + 1) % 2}] x?w -> STOP", "x?w -> STOP"),
    ("[| {a} |] v : {} @ STOP", "SKIP"), ("[| {a} |] v : {1} @ a -> x.v -> STOP", "a -> x.1 -> STOP"),
    ("[| {a} |] v : {0..1} @ a -> x.v -> STOP", "a -> (x.0 -> STOP ||| x.1 -> STOP)"),
    ("[+ {a} +] v : {} @ AB", "STOP"), ("[+ {a} +] v : {1} @ a -> x.v -> STOP", "a -> x.1 -> STOP"),
    ("[+ {a} +] v : {0..1} @ a -> x.v -> STOP", "a -> x?v -> STOP"), ("; v : <> @ AB", "SKIP"),
    ("; v : <1> @ x.v -> SKIP", "x.1 -> SKIP"),
    ("; v : <1, 0, 1> @ x.v -> SKIP", "x.1 -> x.0 -> x.1 -> SKIP"),
    ("; v : <1, 2>, w : <v..2> @ z.(v % 2).w -> SKIP", "z.1.1 -> z.1.2 -> z.0.2 -> SKIP"),
    ("[y <-> x] v : <1> @ x.v -> STOP", "x.1 -> STOP"),
    ("[b <-> a] v : <0, 1> @ a -> x.v -> b -> STOP", "a -> x.0 -> x.1 -> b -> STOP"),
    ("[y <-> x] v : <0, 1> @ x?w -> y!w -> STOP", "x?w -> y!w -> STOP"),
    ("[y.w <-> x.w | w <- {0..1}] v : <0, 1, 2> @ x?w -> y!w -> STOP", "x?w -> y!w -> STOP"),
  ]

  /// What binds what, where the reading matters (the manual's table, and the traps of its grammar).
  static let binding: [(String, String)] = [
    ("a -> SKIP ; b -> STOP", "(a -> SKIP) ; (b -> STOP)"),
    ("a -> STOP [] b -> STOP |~| c -> STOP", "(a -> STOP [] b -> STOP) |~| c -> STOP"),
    ("a -> STOP \\ {a} ||| a -> STOP", "((a -> STOP) \\ {a}) ||| a -> STOP"),
    ("a -> STOP ||| a -> STOP \\ {a}", "(a -> STOP ||| a -> STOP) \\ {a}"),
    ("true & a -> STOP [] b -> STOP", "(a -> STOP) [] b -> STOP"), ("false & a -> STOP [] b -> STOP", "b -> STOP"),
    ("a -> SKIP ; b -> STOP [> c -> STOP", "(a -> SKIP ; b -> STOP) [> c -> STOP"),
    ("a -> STOP /\\ b -> STOP [] c -> STOP", "(a -> STOP /\\ b -> STOP) [] c -> STOP"),
    ("[] v : {0..1} @ x.v -> STOP [] a -> STOP", "[] v : {0..1} @ (x.v -> STOP [] a -> STOP)"),
    ("a -> STOP [| {a} |] a -> STOP ||| b -> STOP", "(a -> STOP [| {a} |] a -> STOP) ||| b -> STOP"),
    ("if true then a -> STOP else b -> STOP [] c -> STOP", "a -> STOP"),
    ("(if true then a -> STOP else b -> STOP) [] c -> STOP", "a -> STOP [] c -> STOP"),
  ]

  static let rows: [(String, String)] = [prefixes, operators, renamings, replicated, binding].flatMap { $0 }

  @Test(arguments: rows)
  func `an operator means what is written out beside it`(_ process: String, _ expected: String) throws {
    try expectSame("(\(process))", "(\(expected))", behind: Self.prelude)
  }

  /// What cannot be a process, where.
  static let refused: [(String, String)] = [
    ("x -> STOP", "type-mismatch 1:5"), ("x.2 -> STOP", "outside-type 1:5"), ("z.0 -> STOP", "type-mismatch 1:5"),
    ("a.0 -> STOP", "type-mismatch 1:5"),
    ("x!2 -> STOP", "outside-type 1:7"), ("x?v:{2} -> STOP", "outside-type 1:9"),
    ("x!0!1 -> STOP", "type-mismatch 1:5"),
    ("1 -> STOP", "type-mismatch 1:5"), ("a -> 1", "type-mismatch 1:10"), ("1 & STOP", "type-mismatch 1:5"),
    ("STOP ; 1", "type-mismatch 1:12"),
    ("STOP \\ a", "type-mismatch 1:12"), ("STOP \\ {x}", "type-mismatch 1:12"),
    ("STOP[[a <- x]]", "type-mismatch 1:16"),
    ("x?v$w -> STOP", "misplaced-dollar 1:8"), ("|~| v : {} @ x.v -> STOP", "empty-choice 1:5"),
    ("[a <-> b] v : <> @ STOP", "empty-choice 1:5"),
    ("x$v:{} -> STOP", "empty-choice 1:6"), ("[] v : <0> @ STOP", "type-mismatch 1:12"),
    ("; v : {0} @ STOP", "type-mismatch 1:11"), ("[a <-> b] v : {0} @ STOP", "type-mismatch 1:19"),
    ("STOP [a <-> b, a <-> c] STOP", "tied-twice 1:5"),
    ("STOP [| {a} |] STOP [| {b} |] STOP", "operators-do-not-chain 1:25"),
    ("P", "circular-definition 1:5"),
    ("RUN({| z |}) \\ Int", "type-mismatch 1:20"),
  ]

  @Test(arguments: refused)
  func `what is no process is refused where it stands`(_ process: String, _ expected: String) throws {
    let found = try places("P = \(process)\n\(Self.prelude)assert P :[deadlock free]").first
    #expect(found == expected)
  }
}
