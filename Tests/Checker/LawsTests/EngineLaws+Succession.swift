import ProcessTerms
import Refinement

/// Laws of `;`, `/\`, `/+A+\` and `[|A|>`.
let engineSuccessionLaws: [EngineLaw] = [
  EngineLaw("; has the unit SKIP on the left: SKIP ; P = P") { w in (w.seq(w.skip, w.p), w.p) },
  EngineLaw("; has the unit SKIP on the right: P ; SKIP = P") { w in (w.seq(w.p, w.skip), w.p) },
  EngineLaw("; has the left zero STOP: STOP ; P = STOP") { w in (w.seq(w.stop, w.p), w.stop) },
  EngineLaw("; has the left zero DIV: DIV ; P = DIV") { w in (w.seq(w.div, w.p), w.div) },
  EngineLaw("; is associative: (P ; Q) ; R = P ; (Q ; R)") { w in
    (w.seq(w.seq(w.p, w.q), w.r), w.seq(w.p, w.seq(w.q, w.r)))
  },
  EngineLaw("; distributes over |~| on the left") { w in
    (w.seq(w.int(w.p, w.q), w.r), w.int(w.seq(w.p, w.r), w.seq(w.q, w.r)))
  },
  EngineLaw("; distributes over |~| on the right") { w in
    (w.seq(w.p, w.int(w.q, w.r)), w.int(w.seq(w.p, w.q), w.seq(w.p, w.r)))
  },
  EngineLaw(";-step: (?x:B -> P) ; Q = ?x:B -> (P ; Q)") { w in
    (w.seq(w.menu(w.menuB), w.q), w.menu(w.menuB.map { ($0, w.seq($1, w.q)) }))
  },
  EngineLaw(";-step with SKIP: (SKIP [] ?x:B -> P) ; Q = (?x:B -> (P ; Q)) [> Q") { w in
    (
      w.seq(w.ext(w.skip, w.menu(w.menuB)), w.q), w.slide(w.menu(w.menuB.map { ($0, w.seq($1, w.q)) }), w.q)
    )
  },
  EngineLaw("/\\ has the unit STOP on the left: STOP /\\ P = P") { w in (w.interrupt(w.stop, w.p), w.p) },
  EngineLaw("/\\ has the unit STOP on the right: P /\\ STOP = P") { w in (w.interrupt(w.p, w.stop), w.p) },
  EngineLaw("/\\ has the zero DIV: DIV /\\ P = DIV = P /\\ DIV", in: [.failuresDivergences]) { w in
    (w.interrupt(w.div, w.p), w.interrupt(w.p, w.div))
  },
  EngineLaw("/\\ is associative") { w in
    (w.interrupt(w.interrupt(w.p, w.q), w.r), w.interrupt(w.p, w.interrupt(w.q, w.r)))
  },
  EngineLaw("/\\ distributes over |~| on the left") { w in
    (w.interrupt(w.int(w.p, w.q), w.r), w.int(w.interrupt(w.p, w.r), w.interrupt(w.q, w.r)))
  },
  EngineLaw("/\\ distributes over |~| on the right") { w in
    (w.interrupt(w.p, w.int(w.q, w.r)), w.int(w.interrupt(w.p, w.q), w.interrupt(w.p, w.r)))
  },
  EngineLaw("/\\-step: (?x:B -> P) /\\ Q = Q [] (?x:B -> (P /\\ Q))") { w in
    (
      w.interrupt(w.menu(w.menuB), w.q), w.ext(w.q, w.menu(w.menuB.map { ($0, w.interrupt($1, w.q)) }))
    )
  },
  EngineLaw("✓ cannot be interrupted: SKIP /\\ P = SKIP [] P") { w in (w.interrupt(w.skip, w.p), w.ext(w.skip, w.p)) },
  EngineLaw("/+A+\\ without events is /\\") { w in
    (w.syncInterrupt(w.p, w.table.set([]), w.q), w.interrupt(w.p, w.q))
  },
  EngineLaw("/+A+\\ distributes over |~| on the left") { w in
    (
      w.syncInterrupt(w.int(w.p, w.q), w.setA, w.r),
      w.int(w.syncInterrupt(w.p, w.setA, w.r), w.syncInterrupt(w.q, w.setA, w.r))
    )
  },
  EngineLaw("/+A+\\ distributes over |~| on the right") { w in
    (
      w.syncInterrupt(w.p, w.setA, w.int(w.q, w.r)),
      w.int(w.syncInterrupt(w.p, w.setA, w.q), w.syncInterrupt(w.p, w.setA, w.r))
    )
  },
  EngineLaw("/+A+\\-step: menus meet in A, the first goes on and the second interrupts outside it") { w in
    let first = w.menu(w.menuB), second = w.menu(w.menuC)
    var branches: [(Event, Process)] = []
    for (x, p) in w.menuB where !w.contains(w.setA, x) { branches.append((x, w.syncInterrupt(p, w.setA, second))) }
    for (y, q) in w.menuC where !w.contains(w.setA, y) { branches.append((y, q)) }
    for (x, p) in w.menuB where w.contains(w.setA, x) {
      for (y, q) in w.menuC where x == y { branches.append((x, w.syncInterrupt(p, w.setA, q))) }
    }
    return (w.syncInterrupt(first, w.setA, second), w.menu(branches))
  },
  EngineLaw("[|A|> of STOP, SKIP and DIV is that") { w in
    func thrown(_ p: Process) -> Process { w.exception(p, w.setA, w.q) }
    return (
      w.menu([(w.a, thrown(w.stop)), (w.b, thrown(w.skip)), (w.c, thrown(w.div))]),
      w.menu([(w.a, w.stop), (w.b, w.skip), (w.c, w.div)])
    )
  },
  EngineLaw("[|A|> without events does nothing: P [|{}|> Q = P") { w in (w.exception(w.p, w.table.set([]), w.q), w.p) },
  EngineLaw("[|A|> distributes over |~| on the left") { w in
    (
      w.exception(w.int(w.p, w.q), w.setA, w.r), w.int(w.exception(w.p, w.setA, w.r), w.exception(w.q, w.setA, w.r))
    )
  },
  EngineLaw("[|A|> distributes over |~| on the right") { w in
    (
      w.exception(w.p, w.setA, w.int(w.q, w.r)), w.int(w.exception(w.p, w.setA, w.q), w.exception(w.p, w.setA, w.r))
    )
  },
  EngineLaw("[|A|> distributes over []") { w in
    (
      w.exception(w.ext(w.p, w.q), w.setA, w.r), w.ext(w.exception(w.p, w.setA, w.r), w.exception(w.q, w.setA, w.r))
    )
  },
  EngineLaw("[|A|>-step: an event of A goes to the handler") { w in
    (
      w.exception(w.menu(w.menuB), w.setA, w.q),
      w.menu(w.menuB.map { ($0, w.contains(w.setA, $0) ? w.q : w.exception($1, w.setA, w.q)) })
    )
  },
  EngineLaw("[|Σ|> is over with the first event: P [|Σ|> P after a menu") { w in
    (w.exception(w.menu(w.menuB), w.sigma, w.r), w.menu(w.menuB.map { ($0.0, w.r) }))
  },
]
