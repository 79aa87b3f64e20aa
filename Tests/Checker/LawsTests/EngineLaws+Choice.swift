import ProcessTerms
import Refinement

/// Laws of `[]`, `|~|`, `[>`, prefix and `[+A+]`.
let engineChoiceLaws: [EngineLaw] = [
  EngineLaw("|~| is idempotent: P |~| P = P") { w in (w.int(w.p, w.p), w.p) },
  EngineLaw("|~| is symmetric: P |~| Q = Q |~| P") { w in (w.int(w.p, w.q), w.int(w.q, w.p)) },
  EngineLaw("|~| is associative: P |~| (Q |~| R) = (P |~| Q) |~| R") { w in
    (w.int(w.p, w.int(w.q, w.r)), w.int(w.int(w.p, w.q), w.r))
  },
  EngineLaw("|~| of a list is |~| of pairs") { w in (w.int(w.p, w.q, w.r), w.int(w.p, w.int(w.q, w.r))) },
  EngineLaw("P |~| Q is refined by P", .refined) { w in (w.int(w.p, w.q), w.p) },
  EngineLaw("[] is idempotent: P [] P = P") { w in (w.ext(w.p, w.p), w.p) },
  EngineLaw("[] is symmetric: P [] Q = Q [] P") { w in (w.ext(w.p, w.q), w.ext(w.q, w.p)) },
  EngineLaw("[] is associative: P [] (Q [] R) = (P [] Q) [] R") { w in
    (w.ext(w.p, w.ext(w.q, w.r)), w.ext(w.ext(w.p, w.q), w.r))
  },
  EngineLaw("[] of a list is [] of pairs") { w in (w.ext(w.p, w.q, w.r), w.ext(w.p, w.ext(w.q, w.r))) },
  EngineLaw("[] has the unit STOP: P [] STOP = P") { w in (w.ext(w.p, w.stop), w.p) },
  EngineLaw("[] distributes over |~|: P [] (Q |~| R) = (P [] Q) |~| (P [] R)") { w in
    (w.ext(w.p, w.int(w.q, w.r)), w.int(w.ext(w.p, w.q), w.ext(w.p, w.r)))
  },
  EngineLaw("|~| distributes over []: P |~| (Q [] R) = (P |~| Q) [] (P |~| R)") { w in
    (w.int(w.p, w.ext(w.q, w.r)), w.ext(w.int(w.p, w.q), w.int(w.p, w.r)))
  },
  EngineLaw("P [] Q refines P |~| Q", .refined) { w in (w.int(w.p, w.q), w.ext(w.p, w.q)) },
  EngineLaw("traces see no difference between the choices: P [] Q = P |~| Q", in: [.traces]) { w in
    (w.ext(w.p, w.q), w.int(w.p, w.q))
  },
  EngineLaw("traces see no choice not to: P |~| STOP = P", in: [.traces]) { w in (w.int(w.p, w.stop), w.p) },
  EngineLaw("prefix distributes over |~|: a -> (P |~| Q) = (a -> P) |~| (a -> Q)") { w in
    (w.prefix(w.a, w.int(w.p, w.q)), w.int(w.prefix(w.a, w.p), w.prefix(w.a, w.q)))
  },
  EngineLaw("equal prefixes choose within: (a -> P) [] (a -> Q) = a -> (P |~| Q)") { w in
    (w.ext(w.prefix(w.a, w.p), w.prefix(w.a, w.q)), w.prefix(w.a, w.int(w.p, w.q)))
  },
  EngineLaw("[]-step: two menus are one menu") { w in
    (w.ext(w.menu(w.menuB), w.menu(w.menuC)), w.menu(w.menuB + w.menuC))
  },
  EngineLaw("STOP is the empty menu") { w in (w.menu([]), w.stop) },
  EngineLaw("[> is [] or the second: P [> Q = (P [] Q) |~| Q") { w in
    (w.slide(w.p, w.q), w.int(w.ext(w.p, w.q), w.q))
  },
  EngineLaw("[> is a choice that may be gone: P [> Q = (P |~| STOP) [] Q") { w in
    (w.slide(w.p, w.q), w.ext(w.int(w.p, w.stop), w.q))
  },
  EngineLaw("[> is associative: (P [> Q) [> R = P [> (Q [> R)") { w in
    (w.slide(w.slide(w.p, w.q), w.r), w.slide(w.p, w.slide(w.q, w.r)))
  },
  EngineLaw("[> distributes over |~| on the left") { w in
    (w.slide(w.int(w.p, w.q), w.r), w.int(w.slide(w.p, w.r), w.slide(w.q, w.r)))
  },
  EngineLaw("[> distributes over |~| on the right") { w in
    (w.slide(w.p, w.int(w.q, w.r)), w.int(w.slide(w.p, w.q), w.slide(w.p, w.r)))
  },
  EngineLaw("[> has the unit STOP: STOP [> P = P") { w in (w.slide(w.stop, w.p), w.p) },
  EngineLaw("✓ is a signal: P [] SKIP = P [> SKIP") { w in (w.ext(w.p, w.skip), w.slide(w.p, w.skip)) },
  EngineLaw("divergence is the zero of |~|: P |~| DIV = DIV", in: [.failuresDivergences]) { w in
    (w.int(w.p, w.div), w.div)
  },
  EngineLaw("divergence is the unit of |~| in stable failures: P |~| DIV = P", in: [.traces, .failures]) { w in
    (w.int(w.p, w.div), w.p)
  },
  EngineLaw("divergence is the zero of []: P [] DIV = DIV", in: [.failuresDivergences]) { w in
    (w.ext(w.p, w.div), w.div)
  },
  EngineLaw("CHAOS-step: CHAOS(A) = STOP |~| ?x:A -> CHAOS(A)") { w in
    let chaos = w.table.chaos(w.setA)
    return (chaos, w.int(w.stop, w.menu(w.table.contents(w.setA).events.map { ($0, chaos) })))
  },
  EngineLaw("RUN-step: RUN(A) = ?x:A -> RUN(A)") { w in
    let run = w.table.run(w.setA)
    return (run, w.menu(w.table.contents(w.setA).events.map { ($0, run) }))
  },
  EngineLaw("CHAOS(A) is refined by RUN(A)", .refined) { w in (w.table.chaos(w.setA), w.table.run(w.setA)) },
  EngineLaw("[+A+] is symmetric") { w in (w.syncChoice(w.setA, w.p, w.q), w.syncChoice(w.setA, w.q, w.p)) },
  EngineLaw("[+A+] is associative") { w in
    (
      w.syncChoice(w.setA, w.p, w.syncChoice(w.setA, w.q, w.r)),
      w.syncChoice(w.setA, w.syncChoice(w.setA, w.p, w.q), w.r)
    )
  },
  EngineLaw("[+A+] of a list is [+A+] of pairs") { w in
    (w.syncChoice(w.setA, w.p, w.q, w.r), w.syncChoice(w.setA, w.p, w.syncChoice(w.setA, w.q, w.r)))
  },
  EngineLaw("[+A+] distributes over |~|") { w in
    (
      w.syncChoice(w.setA, w.p, w.int(w.q, w.r)),
      w.int(w.syncChoice(w.setA, w.p, w.q), w.syncChoice(w.setA, w.p, w.r))
    )
  },
  EngineLaw("[+A+] without events is []: P [+{}+] Q = P [] Q") { w in
    (w.syncChoice(w.table.set([]), w.p, w.q), w.ext(w.p, w.q))
  },
  EngineLaw("[+A+]-step: menus meet in A and choose outside it") { w in
    var branches = (w.menuB + w.menuC).filter { !w.contains(w.setA, $0.0) }
    for (x, p) in w.menuB where w.contains(w.setA, x) {
      for (y, q) in w.menuC where x == y { branches.append((x, w.syncChoice(w.setA, p, q))) }
    }
    return (w.syncChoice(w.setA, w.menu(w.menuB), w.menu(w.menuC)), w.menu(branches))
  },
]

/// Nearly laws, to see that the laws are tested with processes that can refute something.
let engineFalseLaws: [EngineLaw] = [
  EngineLaw("P [] Q = P |~| Q in stable failures", in: [.failures]) { w in (w.ext(w.p, w.q), w.int(w.p, w.q)) },
  EngineLaw("SKIP [> P = SKIP [] P, although the first may lose its ✓", in: [.failures]) { w in
    (w.ext(w.skip, w.p), w.slide(w.skip, w.p))
  },
  EngineLaw("P [] DIV = P", in: [.failuresDivergences]) { w in (w.ext(w.p, w.div), w.p) },
  EngineLaw("P ; STOP = P", in: [.traces]) { w in (w.seq(w.p, w.stop), w.p) },
  EngineLaw("||| is idempotent", in: [.traces]) { w in (w.interleave(w.p, w.p), w.p) },
  EngineLaw("hiding distributes over []", in: [.failures]) { w in
    (w.hide(w.ext(w.p, w.q), w.setA), w.ext(w.hide(w.p, w.setA), w.hide(w.q, w.setA)))
  },
  EngineLaw("hiding distributes over every parallel composition", in: [.traces]) { w in
    (w.hide(w.par(w.setA, w.p, w.q), w.setA), w.par(w.setA, w.hide(w.p, w.setA), w.hide(w.q, w.setA)))
  },
  EngineLaw("[|A|] has the unit SKIP", in: [.traces]) { w in (w.par(w.setA, w.p, w.skip), w.p) },
  EngineLaw("/\\ is symmetric", in: [.traces]) { w in (w.interrupt(w.p, w.q), w.interrupt(w.q, w.p)) },
  EngineLaw("[|A|] is associative with two sets", in: [.traces]) { w in
    (w.par(w.setA, w.p, w.par(w.setB, w.q, w.r)), w.par(w.setB, w.par(w.setA, w.p, w.q), w.r))
  },
]
