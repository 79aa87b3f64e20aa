/// Laws of sequence, interrupt and exception (TPC 6, 13.1; UCS 5, 7).
import ProcessTerms
import ReferenceSemantics

private let strict: [Model] = [.failuresDivergences], lax: [Model] = [.traces, .failures]

let successionLaws: [Law] = [
  Law("; is associative") { ($0.seq($0.seq($0.p, $0.q), $0.r), $0.seq($0.p, $0.seq($0.q, $0.r))) },
  Law("SKIP is a left unit of ;") { ($0.seq($0.skip, $0.p), $0.p) },
  Law("SKIP is a right unit of ;") { ($0.seq($0.p, $0.skip), $0.p) },
  Law("STOP is a left zero of ;") { ($0.seq($0.stop, $0.p), $0.stop) },
  Law("DIV is a left zero of ;") { ($0.seq($0.div, $0.p), $0.div) },
  Law("; distributes over ⊓ on the left") {
    ($0.seq($0.int($0.p, $0.q), $0.r), $0.int($0.seq($0.p, $0.r), $0.seq($0.q, $0.r)))
  },
  Law("; distributes over ⊓ on the right") {
    ($0.seq($0.p, $0.int($0.q, $0.r)), $0.int($0.seq($0.p, $0.q), $0.seq($0.p, $0.r)))
  },
  Law(";-step") { parts in
    (parts.seq(parts.menu(parts.menu), parts.p), parts.menu(parts.map(parts.menu) { parts.seq($0, parts.p) }))
  },
  Law("SKIP-;-step: (?x:X → P ▷ SKIP) ; Q = (?x:X → (P;Q)) ▷ Q") { parts in
    (
      parts.seq(parts.slide(parts.menu(parts.menu), parts.skip), parts.q),
      parts.slide(parts.menu(parts.map(parts.menu) { parts.seq($0, parts.q) }), parts.q)
    )
  },
  Law("RUN does not end") { ($0.seq($0.table.run($0.a), $0.p), $0.table.run($0.a)) },

  Law("△ is associative") {
    ($0.interrupt($0.interrupt($0.p, $0.q), $0.r), $0.interrupt($0.p, $0.interrupt($0.q, $0.r)))
  },
  Law("STOP is a left unit of △") { ($0.interrupt($0.stop, $0.p), $0.p) },
  Law("STOP is a right unit of △") { ($0.interrupt($0.p, $0.stop), $0.p) },
  Law("SKIP △ P = SKIP □ P") { ($0.interrupt($0.skip, $0.p), $0.ext($0.skip, $0.p)) },
  Law("DIV is a left zero of △", strict) { ($0.interrupt($0.div, $0.p), $0.div) },
  Law("DIV is a right zero of △", strict) { ($0.interrupt($0.p, $0.div), $0.div) },
  Law("△ distributes over ⊓ on the left") {
    ($0.interrupt($0.int($0.p, $0.q), $0.r), $0.int($0.interrupt($0.p, $0.r), $0.interrupt($0.q, $0.r)))
  },
  Law("△ distributes over ⊓ on the right") {
    ($0.interrupt($0.p, $0.int($0.q, $0.r)), $0.int($0.interrupt($0.p, $0.q), $0.interrupt($0.p, $0.r)))
  },
  Law("△-step") { parts in
    let other = parts.menu(parts.otherMenu)
    return (
      parts.interrupt(parts.menu(parts.menu), other),
      parts.menu(parts.map(parts.menu) { parts.interrupt($0, other) } + parts.otherMenu)
    )
  },
  Law("/+ +\\ over no event is △") { ($0.syncInterrupt($0.p, $0.none, $0.q), $0.interrupt($0.p, $0.q)) },
  Law("/+A+\\ distributes over ⊓ on the left") {
    (
      $0.syncInterrupt($0.int($0.p, $0.q), $0.a, $0.r),
      $0.int($0.syncInterrupt($0.p, $0.a, $0.r), $0.syncInterrupt($0.q, $0.a, $0.r))
    )
  },
  Law("/+A+\\ distributes over ⊓ on the right") {
    (
      $0.syncInterrupt($0.p, $0.a, $0.int($0.q, $0.r)),
      $0.int($0.syncInterrupt($0.p, $0.a, $0.q), $0.syncInterrupt($0.p, $0.a, $0.r))
    )
  },
  Law("/+A+\\-step") { parts in
    let left = parts.menu(parts.menu), right = parts.menu(parts.otherMenu)
    func whole(_ p: Process, _ q: Process) -> Process { parts.syncInterrupt(p, parts.a, q) }
    let together = parts.menu.flatMap { x in
      parts.otherMenu.filter { $0.0 == x.0 && parts.contains(parts.a, x.0) }.map { (x.0, whole(x.1, $0.1)) }
    }
    let onlyLeft = parts.menu.filter { !parts.contains(parts.a, $0.0) }
    let onlyRight = parts.otherMenu.filter { !parts.contains(parts.a, $0.0) }
    return (whole(left, right), parts.menu(together + parts.map(onlyLeft) { whole($0, right) } + onlyRight))
  },

  Law("Θ over no event does nothing") { ($0.throwing($0.p, $0.none, $0.q), $0.p) },
  Law("STOP Θ_A P = STOP") { ($0.throwing($0.stop, $0.a, $0.p), $0.stop) },
  Law("SKIP Θ_A P = SKIP") { ($0.throwing($0.skip, $0.a, $0.p), $0.skip) },
  Law("DIV Θ_A P = DIV") { ($0.throwing($0.div, $0.a, $0.p), $0.div) },
  Law("Θ_A distributes over ⊓ on the left") {
    ($0.throwing($0.int($0.p, $0.q), $0.a, $0.r), $0.int($0.throwing($0.p, $0.a, $0.r), $0.throwing($0.q, $0.a, $0.r)))
  },
  Law("Θ_A distributes over □ on the left") {
    ($0.throwing($0.ext($0.p, $0.q), $0.a, $0.r), $0.ext($0.throwing($0.p, $0.a, $0.r), $0.throwing($0.q, $0.a, $0.r)))
  },
  Law("Θ_A distributes over ⊓ on the right") {
    ($0.throwing($0.p, $0.a, $0.int($0.q, $0.r)), $0.int($0.throwing($0.p, $0.a, $0.q), $0.throwing($0.p, $0.a, $0.r)))
  },
  Law("the outer handler of the same events is the one that starts") {
    ($0.throwing($0.throwing($0.p, $0.a, $0.q), $0.a, $0.r), $0.throwing($0.p, $0.a, $0.r))
  },
  Law("Θ_A-step") { parts in
    let branches = parts.menu.map { x in
      (x.0, parts.contains(parts.a, x.0) ? parts.q : parts.throwing(x.1, parts.a, parts.q))
    }
    return (parts.throwing(parts.menu(parts.menu), parts.a, parts.q), parts.menu(branches))
  },
  Law("what is thrown and hidden starts by itself: (a → P) Θ_{a} Q \\ {a}") { parts in
    let set = parts.table.set([parts.event])
    return (
      parts.hide(parts.throwing(parts.pre(parts.event, parts.p), set, parts.q), set), parts.hide(parts.q, set)
    )
  },
]
