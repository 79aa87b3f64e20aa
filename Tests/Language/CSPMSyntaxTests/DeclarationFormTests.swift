import CSPMSyntax
import Testing

/// Every form of declaration and assertion, with its tree and how it is printed.
@Suite struct DeclarationFormTests {
  struct Form: CustomTestStringConvertible, Sendable {
    var text: String, tree: String, printed: String
    init(_ text: String, _ tree: String, prints printed: String? = nil) {
      (self.text, self.tree, self.printed) = (text, tree, printed ?? text)
    }
    var testDescription: String { text }
  }

  static let declarations = [
    Form("x = 1", "(= x 1)"),
    Form("(x, y) = p", "(= (tuple x y) p)"),
    Form("<y> ^ ys = tail(xs)", "(= (^ (seq y) ys) (call tail xs))"),
    Form("{x} = S", "(= (set x) S)"),
    Form("C.x.0 = v", "(= (. C (. x 0)) v)"),
    Form("_ = 1", "(= _ 1)"),
    Form("f() = 1", "(= f() 1)"),
    Form("f(<>, {}, 'c', \"s\", true, -1)(x @@ C.y) = x", "(= f((seq) (set) 'c' \"s\" true -1)((@@ x (. C y))) x)"),
    Form("f((x), <x, _> ^ t, {x}, _) = x", "(= f([x] (^ (seq x _) t) (set x) _) x)"),
    Form("f(x ^ -1) = x", "(= f((^ x -1)) x)"),
    Form("a, b :: Int\na = 1\nb = 2", "(:: a,b Int)\n(= a 1)\n(= b 2)"),
    Form(
      "f :: (Eq a, Set b) => (a, {b}) -> <b>\nf(x, y) = <>",
      "(:: f Eq-a Set-b (fun (a (set b)) (seq b)))\n(= f(x y) (seq))"),
    Form("f :: Eq a => (a) -> (a) -> Bool\nf(x)(y) = true", "(:: f Eq-a (fun (a) (fun (a) Bool)))\n(= f(x)(y) true)"),
    Form("f :: () -> Proc\nf() = STOP", "(:: f (fun () Proc))\n(= f() STOP)"),
    Form("f :: ((a, b)) -> M::T\nf(x) = x", "(:: f (fun ((tuple a b)) M::T))\n(= f(x) x)"),
    Form("m :: (| Int => a => b |)\nm = x", "(:: m (map Int (=> a b)))\n(= m x)"),
    Form(
      "c :: Int => Bool => Event\nchannel c : Int.Bool", "(:: c (=> Int (=> Bool Event)))\n(channel c (. Int Bool))"),
    Form(
      "v :: a.b.(a => b).a =>* b\nv = x", "(:: v (. a (. b (. (=> a b) (=>* a b)))))\n(= v x)",
      prints: "v :: a.b.(a => b).(a =>* b)\nv = x"),
    Form("datatype T = A | B.{0..1}.T | C.(Int, Bool)", "(datatype T A B/(. (set.. 0 1) T) C/(tuple Int Bool))"),
    Form("subtype S = A | B.{0}", "(subtype S A B/(set 0))"),
    Form("nametype N = {0..3}.(Int, Bool)", "(nametype N (. (set.. 0 3) (tuple Int Bool)))"),
    Form("channel a", "(channel a)"),
    Form("channel a, b : {0..1}.T", "(channel a,b (. (set.. 0 1) T))"),
    Form("transparent normal, sbisim", "(transparent normal,sbisim)"),
    Form("external prioritise", "(external prioritise)"),
    Form("print 1 + 2", "(print (+ 1 2))"),
    Form("module M\n  x = 1\nexports\n  y = x\nendmodule", "(module M() {(= x 1)} {(= y x)})"),
    Form("module M(S, (x, _))\nexports\n  channel c : S\nendmodule", "(module M(S (tuple x _)) {} {(channel c S)})"),
    Form("module M\nexports\n  module N\n  exports\n  endmodule\nendmodule", "(module M() {} {(module N() {} {})})"),
    Form("instance I = M", "(instance I M)"),
    Form("instance I = M::N({1}, 2)", "(instance I M::N (set 1) 2)"),
    Form("Timed {\n  P = a -> P\n}", "(timed - {(= P (-> a P))})"),
    Form(
      "Timed(\\ _ @ 1) {\n  P = a -> P\n  assert P :[deadlock free]\n}",
      "(timed (lambda _ @ 1) {(= P (-> a P)); (assert deadlock-free P -)})",
      prints: "Timed(\\ _ @ 1) {\n  P = a -> P\n  assert P :[deadlock free]\n}"),
  ]

  static let assertions = [
    Form("assert P [T= Q", "(assert [T= P Q)"),
    Form("assert P [F= Q \\ A", "(assert [F= P (\\ Q A))"),
    Form("assert not P [FD= Q", "(assert not [FD= P Q)"),
    Form("assert P [V= Q", "(assert [V= P Q)"),
    Form("assert P [VD= Q", "(assert [VD= P Q)"),
    Form("assert P [R= Q", "(assert [R= P Q)"),
    Form("assert P [RD= Q", "(assert [RD= P Q)"),
    Form("assert P :[deadlock free]", "(assert deadlock-free P -)"),
    Form("assert P :[deadlock free [F]]", "(assert deadlock-free P F)"),
    Form("assert P :[ deadlock free [FD] ]", "(assert deadlock-free P FD)", prints: "assert P :[deadlock free [FD]]"),
    Form("assert P :[divergence free]", "(assert divergence-free P -)"),
    Form("assert P :[livelock free [FD]]", "(assert divergence-free P FD)", prints: "assert P :[divergence free [FD]]"),
    Form("assert P ||| Q :[deterministic [F]]", "(assert deterministic (||| P Q) F)"),
    Form("assert P :[has trace]: <>", "(assert has-trace P - (seq))"),
    Form("assert not P :[has trace [T]]: <a, b.1>", "(assert not has-trace P T (seq a (. b 1)))"),
    Form("assert P :[has trace [F]] <a>", "(assert has-trace P F (seq a))", prints: "assert P :[has trace [F]]: <a>"),
    Form(
      "assert P [T= Q :[tau priority]: {tock}", "(assert [T= P Q tau=(set tock))",
      prints: "assert P [T= Q :[tau priority over]: {tock}"),
    Form(
      "assert P :[deadlock free] :[partial order reduce] :[tau priority over]: {}",
      "(assert deadlock-free P - reduce=- tau=(set))"),
    Form("assert P [FD= Q :[partial order reduce [hybrid]]", "(assert [FD= P Q reduce=hybrid)"),
    Form(
      "assert P :[deadlock free]:[partial order reduce]", "(assert deadlock-free P - reduce=-)",
      prints: "assert P :[deadlock free] :[partial order reduce]"),
    Form("assert\n  not\n  P\n  [T=\n  Q", "(assert not [T= P Q)", prints: "assert not P [T= Q"),
  ]

  @Test(arguments: declarations + assertions)
  func `each form has its tree`(_ form: Form) {
    #expect(shape(ofScript: form.text) == form.tree)
  }

  @Test(arguments: declarations + assertions)
  func `each form is printed as it was written`(_ form: Form) {
    let loaded = load(form.text)
    #expect(loaded.script.description == form.printed + "\n")
    #expect(shape(ofScript: loaded.script.description) == shape(loaded.script))
  }

  @Test func `an assertion is named on one line, as FDR names it`() throws {
    let text = "assert not let\n  x = 1\n  y = 2\nwithin P(x) [T= Q"
    let assertion = try #require(Assertion.parse(SourceFile(path: "-", bytes: Array(text.utf8)), file: 0).tree)
    #expect(assertion.description == "not let x = 1 y = 2 within P(x) [T= Q")
  }

  @Test func `an assertion parses with or without its keyword`() {
    for text in ["P [T= Q", "assert P [T= Q", "\n P [T= Q\n"] {
      let parsed = Assertion.parse(SourceFile(path: "-", bytes: Array(text.utf8)), file: 0)
      #expect(parsed.tree.map(shape) == "[T= P Q")
    }
  }

  @Test func `declarations are printed one a line, those of a module indented`() {
    let text = """
      channel c : {0..1}
      module M(n)
        P = let
          x = 1
          y = 2
        within c!x -> P
      exports
        Q = P
      endmodule
      assert M::Q :[deadlock free]

      """
    #expect(load(text).script.description == text)
  }
}
