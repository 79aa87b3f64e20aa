import ProcessTerms
import Refinement

/// Laws of the parallel forms.
let engineParallelLaws: [EngineLaw] = [
  EngineLaw("[|A|] is symmetric") { w in (w.par(w.setA, w.p, w.q), w.par(w.setA, w.q, w.p)) },
  EngineLaw("[|A|] is associative") { w in
    (w.par(w.setA, w.par(w.setA, w.p, w.q), w.r), w.par(w.setA, w.p, w.par(w.setA, w.q, w.r)))
  },
  EngineLaw("[|A|] of a list is [|A|] of pairs") { w in
    (w.par(w.setA, w.p, w.q, w.r), w.par(w.setA, w.p, w.par(w.setA, w.q, w.r)))
  },
  EngineLaw("[|A|] distributes over |~|") { w in
    (w.par(w.setA, w.int(w.p, w.q), w.r), w.int(w.par(w.setA, w.p, w.r), w.par(w.setA, w.q, w.r)))
  },
  EngineLaw("||| has the unit SKIP: P ||| SKIP = P") { w in (w.interleave(w.p, w.skip), w.p) },
  EngineLaw("||| is symmetric and associative") { w in
    (w.interleave(w.p, w.interleave(w.q, w.r)), w.interleave(w.interleave(w.r, w.q), w.p))
  },
  EngineLaw("||| with STOP does not end: P ||| STOP = P ; STOP") { w in
    (w.interleave(w.p, w.stop), w.seq(w.p, w.stop))
  },
  EngineLaw("synchronised with all of RUN: P [|Σ|] RUN(Σ) = P ; STOP") { w in
    (w.par(w.sigma, w.p, w.table.run(w.sigma)), w.seq(w.p, w.stop))
  },
  EngineLaw("[|A|] stops a partner that does not agree: STOP [|Σ|] ?x:B -> P = STOP") { w in
    (w.par(w.sigma, w.stop, w.menu(w.menuB)), w.stop)
  },
  EngineLaw("[|A|]-step: menus meet in A and interleave outside it") { w in
    let left = w.menu(w.menuB), right = w.menu(w.menuC)
    var branches: [(Event, Process)] = []
    for (x, p) in w.menuB where !w.contains(w.setA, x) { branches.append((x, w.par(w.setA, p, right))) }
    for (y, q) in w.menuC where !w.contains(w.setA, y) { branches.append((y, w.par(w.setA, left, q))) }
    for (x, p) in w.menuB where w.contains(w.setA, x) {
      for (y, q) in w.menuC where x == y { branches.append((x, w.par(w.setA, p, q))) }
    }
    return (w.par(w.setA, left, right), w.menu(branches))
  },
  EngineLaw("two SKIP end together: SKIP [|A|] SKIP = SKIP") { w in (w.par(w.setA, w.skip, w.skip), w.skip) },
  EngineLaw("SKIP waits for the other: SKIP [|A|] ?x:B -> P = ?x:B − A -> (SKIP [|A|] P)") { w in
    (
      w.par(w.setA, w.skip, w.menu(w.menuB)),
      w.menu(w.menuB.filter { !w.contains(w.setA, $0.0) }.map { ($0, w.par(w.setA, w.skip, $1)) })
    )
  },
  EngineLaw("divergence is the zero of [|A|]: P [|A|] DIV = DIV", in: [.failuresDivergences]) { w in
    (w.par(w.setA, w.p, w.div), w.div)
  },
  EngineLaw("[A||B] is [|A ∩ B|] of processes kept to their alphabets") { w in
    (
      w.table.alphabetised([(w.p, w.setA), (w.q, w.setB)]),
      w.par(w.intersection(w.setA, w.setB), kept(w, w.p, w.setA), kept(w, w.q, w.setB))
    )
  },
  EngineLaw("[A||B] is symmetric") { w in
    (
      w.table.alphabetised([(w.p, w.setA), (w.q, w.setB)]), w.table.alphabetised([(w.q, w.setB), (w.p, w.setA)])
    )
  },
  EngineLaw("[A||B] is associative, and of a list is of pairs") { w in
    let c = w.table.set([w.b, w.c])
    return (
      w.table.alphabetised([(w.p, w.setA), (w.q, w.setB), (w.r, c)]),
      w.table.alphabetised([(w.p, w.setA), (w.table.alphabetised([(w.q, w.setB), (w.r, c)]), w.union(w.setB, c))])
    )
  },
  EngineLaw("[A||B] distributes over |~|") { w in
    func whole(_ p: Process) -> Process { w.table.alphabetised([(p, w.setA), (w.r, w.setB)]) }
    return (whole(w.int(w.p, w.q)), w.int(whole(w.p), whole(w.q)))
  },
  EngineLaw("[Σ||Σ] is [|Σ|]") { w in
    (w.table.alphabetised([(w.p, w.sigma), (w.q, w.sigma)]), w.par(w.sigma, w.p, w.q))
  },
  EngineLaw("[a <-> b] is renaming to a new event, synchronising on it, and hiding it") { w in
    let t = w.table, m = w.fresh[0], n = w.fresh[1], new = t.set([m, n])
    // b is tied twice on the right: once to a, once to c.
    return (
      t.linked(w.p, t.linkage([.init(left: w.a, right: w.b), .init(left: w.b, right: w.c)]), w.q),
      w.hide(
        w.par(
          new, t.rename(w.p, t.renaming([(w.a, m), (w.b, n)])), t.rename(w.q, t.renaming([(w.b, m), (w.c, n)]))),
        new)
    )
  },
  EngineLaw("[a <-> b] is symmetric with the pairs turned round") { w in
    let t = w.table
    return (
      t.linked(w.p, t.linkage([.init(left: w.a, right: w.b)]), w.q),
      t.linked(w.q, t.linkage([.init(left: w.b, right: w.a)]), w.p)
    )
  },
  EngineLaw("[a <-> b] distributes over |~|") { w in
    let tie = w.table.linkage([.init(left: w.a, right: w.b)])
    return (
      w.table.linked(w.int(w.p, w.q), tie, w.r),
      w.int(w.table.linked(w.p, tie, w.r), w.table.linked(w.q, tie, w.r))
    )
  },
  EngineLaw("a parallel form goes before what follows it: (SKIP ||| SKIP) ; P = P") { w in
    (w.seq(w.interleave(w.skip, w.skip), w.p), w.p)
  },
]

/// `P [|Σ − A|] SKIP`: P without its events outside A, ending when it ends.
private func kept(_ w: EngineLawWorld, _ p: Process, _ set: EventSet) -> Process { w.par(w.complement(set), p, w.skip) }
