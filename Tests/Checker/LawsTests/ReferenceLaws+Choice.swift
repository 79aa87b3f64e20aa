/// Laws of choice, prefix and the basic processes (TPC 1.1, 1.2, 13.1, 13.4; UCS 2, 13.1).
///
/// DIV is the least process of FD, so that what may start with it is it; in F and T it is the process that shows
/// nothing, which adds nothing to a choice.
import ProcessTerms
import ReferenceSemantics

private let strict: [Model] = [.failuresDivergences], lax: [Model] = [.traces, .failures]

let choiceLaws: [Law] = [
  Law("□ is idempotent: P □ P = P") { ($0.ext($0.p, $0.p), $0.p) },
  Law("□ is symmetric") { ($0.ext($0.p, $0.q), $0.ext($0.q, $0.p)) },
  Law("□ is associative") { ($0.ext($0.ext($0.p, $0.q), $0.r), $0.ext($0.p, $0.ext($0.q, $0.r))) },
  Law("□ of three is □ of two") { ($0.ext($0.p, $0.q, $0.r), $0.ext($0.p, $0.ext($0.q, $0.r))) },
  Law("STOP is the unit of □") { ($0.ext($0.p, $0.stop), $0.p) },
  Law("DIV is a zero of □", strict) { ($0.ext($0.p, $0.div), $0.div) },
  Law("DIV is a unit of □ in T", [.traces]) { ($0.ext($0.p, $0.div), $0.p) },
  Law("□ distributes over ⊓") { ($0.ext($0.p, $0.int($0.q, $0.r)), $0.int($0.ext($0.p, $0.q), $0.ext($0.p, $0.r))) },
  Law("⊓ distributes over □") { ($0.int($0.p, $0.ext($0.q, $0.r)), $0.ext($0.int($0.p, $0.q), $0.int($0.p, $0.r))) },
  Law("□-step: a choice of menus is a menu") {
    ($0.ext($0.menu($0.menu), $0.menu($0.otherMenu)), $0.menu($0.menu + $0.otherMenu))
  },
  Law("one event to two processes is an internal choice") {
    ($0.ext($0.pre($0.event, $0.p), $0.pre($0.event, $0.q)), $0.pre($0.event, $0.int($0.p, $0.q)))
  },
  Law("✓ cannot be refused: SKIP □ P = P ▷ SKIP") { ($0.ext($0.skip, $0.p), $0.slide($0.p, $0.skip)) },
  Law("SKIP □ STOP = SKIP") { ($0.ext($0.skip, $0.stop), $0.skip) },

  Law("⊓ is idempotent") { ($0.int($0.p, $0.p), $0.p) },
  Law("⊓ is symmetric") { ($0.int($0.p, $0.q), $0.int($0.q, $0.p)) },
  Law("⊓ is associative") { ($0.int($0.int($0.p, $0.q), $0.r), $0.int($0.p, $0.int($0.q, $0.r))) },
  Law("⊓ of three is ⊓ of two") { ($0.int($0.p, $0.q, $0.r), $0.int($0.p, $0.int($0.q, $0.r))) },
  Law("DIV is a zero of ⊓", strict) { ($0.int($0.p, $0.div), $0.div) },
  Law("DIV is a unit of ⊓ in T and F", lax) { ($0.int($0.p, $0.div), $0.p) },
  Law("⊓ is refined by its sides", relation: .isRefinedBy) { ($0.int($0.p, $0.q), $0.p) },
  Law("⊓ is refined by □", relation: .isRefinedBy) { ($0.int($0.p, $0.q), $0.ext($0.p, $0.q)) },
  Law("everything refines DIV", strict, relation: .isRefinedBy) { ($0.div, $0.p) },
  Law("DIV refines everything in T and F", lax, relation: .isRefinedBy) { ($0.p, $0.div) },
  Law("STOP refines everything in T", [.traces], relation: .isRefinedBy) { ($0.p, $0.stop) },
  Law("⊓ and □ are one in T", [.traces]) { ($0.int($0.p, $0.q), $0.ext($0.p, $0.q)) },

  Law("prefix distributes over ⊓") {
    ($0.pre($0.event, $0.int($0.p, $0.q)), $0.int($0.pre($0.event, $0.p), $0.pre($0.event, $0.q)))
  },
  Law("the empty menu is STOP") { ($0.menu([]), $0.stop) },
  Law("a name is its definition") { ($0.name, $0.body) },
  Law("RUN(A) = ?a:A → RUN(A)") { parts in
    let run = parts.table.run(parts.a)
    return (run, parts.menu(parts.table.contents(parts.a).events.map { ($0, run) }))
  },
  Law("CHAOS(A) = STOP ⊓ ?a:A → CHAOS(A)") { parts in
    let chaos = parts.table.chaos(parts.a)
    return (chaos, parts.int(parts.stop, parts.menu(parts.table.contents(parts.a).events.map { ($0, chaos) })))
  },
  Law("CHAOS(A) is refined by RUN(A)", relation: .isRefinedBy) { ($0.table.chaos($0.a), $0.table.run($0.a)) },
  Law("CHAOS(A ∪ B) is refined by CHAOS(A)", relation: .isRefinedBy) {
    ($0.table.chaos($0.union($0.a, $0.b)), $0.table.chaos($0.a))
  },

  Law("▷ is idempotent") { ($0.slide($0.p, $0.p), $0.p) },
  Law("▷ is associative") { ($0.slide($0.slide($0.p, $0.q), $0.r), $0.slide($0.p, $0.slide($0.q, $0.r))) },
  Law("P ▷ Q = (P □ Q) ⊓ Q") { ($0.slide($0.p, $0.q), $0.int($0.ext($0.p, $0.q), $0.q)) },
  Law("STOP is a left unit of ▷") { ($0.slide($0.stop, $0.p), $0.p) },
  Law("P ▷ STOP = P ⊓ STOP") { ($0.slide($0.p, $0.stop), $0.int($0.p, $0.stop)) },
  Law("DIV is a left zero of ▷", strict) { ($0.slide($0.div, $0.p), $0.div) },
  Law("DIV is a right zero of ▷", strict) { ($0.slide($0.p, $0.div), $0.div) },
  Law("DIV is a left unit of ▷ in T and F", lax) { ($0.slide($0.div, $0.p), $0.p) },
  Law("▷ distributes over ⊓ on the left") {
    ($0.slide($0.int($0.p, $0.q), $0.r), $0.int($0.slide($0.p, $0.r), $0.slide($0.q, $0.r)))
  },
  Law("▷ distributes over ⊓ on the right") {
    ($0.slide($0.p, $0.int($0.q, $0.r)), $0.int($0.slide($0.p, $0.q), $0.slide($0.p, $0.r)))
  },
  Law("(P □ Q) ▷ R = (P ▷ R) □ (Q ▷ R)") {
    ($0.slide($0.ext($0.p, $0.q), $0.r), $0.ext($0.slide($0.p, $0.r), $0.slide($0.q, $0.r)))
  },

  Law("[+ +] over no event is □") { ($0.syncChoice($0.none, $0.p, $0.q), $0.ext($0.p, $0.q)) },
  Law("[+A+] is symmetric") { ($0.syncChoice($0.a, $0.p, $0.q), $0.syncChoice($0.a, $0.q, $0.p)) },
  Law("[+A+] is associative") {
    ($0.syncChoice($0.a, $0.syncChoice($0.a, $0.p, $0.q), $0.r), $0.syncChoice($0.a, $0.p, $0.q, $0.r))
  },
  Law("[+A+] distributes over ⊓") {
    (
      $0.syncChoice($0.a, $0.p, $0.int($0.q, $0.r)),
      $0.int($0.syncChoice($0.a, $0.p, $0.q), $0.syncChoice($0.a, $0.p, $0.r))
    )
  },
  Law("DIV is a zero of [+A+]", strict) { ($0.syncChoice($0.a, $0.p, $0.div), $0.div) },
  Law("[+A+]-step") { parts in
    let alone = (parts.menu + parts.otherMenu).filter { !parts.contains(parts.a, $0.0) }
    let together = parts.menu.flatMap { x in
      parts.otherMenu.filter { $0.0 == x.0 && parts.contains(parts.a, x.0) }.map { y in
        (x.0, parts.syncChoice(parts.a, x.1, y.1))
      }
    }
    return (
      parts.syncChoice(parts.a, parts.menu(parts.menu), parts.menu(parts.otherMenu)), parts.menu(alone + together)
    )
  },
]
