import ProcessTerms
import Refinement

/// Laws of `chase` and `prioritise`, which are no operators of CSP, and have few.
let engineLazyLaws: [EngineLaw] = [
  EngineLaw("chase refines", .refined) { w in (w.p, w.table.chase(w.p)) },
  EngineLaw("chase twice is chase") { w in (w.table.chase(w.table.chase(w.p)), w.table.chase(w.p)) },
  EngineLaw("chase of a menu chases behind it") { w in
    (w.table.chase(w.menu(w.menuB)), w.menu(w.menuB.map { ($0, w.table.chase($1)) }))
  },
  EngineLaw("prioritise without an order does nothing") { w in
    (w.table.prioritise(w.p, w.table.priority([:])), w.p)
  },
  EngineLaw("prioritise only takes traces away", in: [.traces], .refined) { w in
    (w.p, w.table.prioritise(w.p, order(w)))
  },
  EngineLaw("prioritise twice is prioritise") { w in
    let once = w.table.prioritise(w.p, order(w))
    return (w.table.prioritise(once, order(w)), once)
  },
  EngineLaw("prioritise distributes over |~|") { w in
    func high(_ p: Process) -> Process { w.table.prioritise(p, order(w)) }
    return (high(w.int(w.p, w.q)), w.int(high(w.p), high(w.q)))
  },
  EngineLaw("prioritise of a menu keeps what nothing beats") { w in
    let events = w.menuB.map(\.0)
    return (
      w.table.prioritise(w.menu(w.menuB), order(w)),
      w.menu(
        w.menuB.filter { $0.0 != w.b || !events.contains(w.a) }.map { ($0, w.table.prioritise($1, order(w))) })
    )
  },
]

/// a beats b.
private func order(_ w: EngineLawWorld) -> Priority { w.table.priority([w.b: [.tau, .tick, w.a]]) }
