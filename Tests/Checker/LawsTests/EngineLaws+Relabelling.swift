import ProcessTerms
import Refinement

/// Laws of `\`, `|\` and `[[R]]`.
let engineRelabellingLaws: [EngineLaw] = [
  EngineLaw("hiding twice is hiding the union: (P \\ A) \\ B = P \\ (A ∪ B)") { w in
    (w.hide(w.hide(w.p, w.setA), w.setB), w.hide(w.p, w.union(w.setA, w.setB)))
  },
  EngineLaw("hiding is symmetric: (P \\ A) \\ B = (P \\ B) \\ A") { w in
    (w.hide(w.hide(w.p, w.setA), w.setB), w.hide(w.hide(w.p, w.setB), w.setA))
  },
  EngineLaw("hiding nothing: P \\ {} = P") { w in (w.hide(w.p, w.table.set([])), w.p) },
  EngineLaw("hiding distributes over |~|") { w in
    (w.hide(w.int(w.p, w.q), w.setA), w.int(w.hide(w.p, w.setA), w.hide(w.q, w.setA)))
  },
  EngineLaw("hiding distributes over ;") { w in
    (w.hide(w.seq(w.p, w.q), w.setA), w.seq(w.hide(w.p, w.setA), w.hide(w.q, w.setA)))
  },
  EngineLaw("hiding distributes over ||| ") { w in
    (w.hide(w.interleave(w.p, w.q), w.setA), w.interleave(w.hide(w.p, w.setA), w.hide(w.q, w.setA)))
  },
  EngineLaw("hiding distributes over [|A|] outside A") { w in
    let outside = w.complement(w.setA)
    return (w.hide(w.par(w.setA, w.p, w.q), outside), w.par(w.setA, w.hide(w.p, outside), w.hide(w.q, outside)))
  },
  EngineLaw("hiding distributes over an interrupt that cannot be hidden") { w in
    let second = w.prefix(w.fresh[0], w.q)
    return (
      w.hide(w.interrupt(w.p, second), w.setA), w.interrupt(w.hide(w.p, w.setA), w.hide(second, w.setA))
    )
  },
  EngineLaw("hiding of STOP and SKIP is that") { w in
    (w.int(w.hide(w.stop, w.setA), w.hide(w.skip, w.setA)), w.int(w.stop, w.skip))
  },
  EngineLaw("hide-step: (?x:B -> P) \\ A is a menu of what stays, and slides to what is hidden") { w in
    let seen = w.menuB.filter { !w.contains(w.setA, $0.0) }.map { ($0, w.hide($1, w.setA)) }
    let hidden = w.menuB.filter { w.contains(w.setA, $0.0) }.map { w.hide($0.1, w.setA) }
    return (
      w.hide(w.menu(w.menuB), w.setA),
      hidden.isEmpty ? w.menu(seen) : w.slide(w.menu(seen), w.intOrStop(hidden))
    )
  },
  EngineLaw("hiding all that is done for ever is divergence: RUN(A) \\ A = DIV") { w in
    let set = w.table.set([w.a])
    return (w.hide(w.table.run(set), set), w.div)
  },
  EngineLaw("|\\ hides the rest: P |\\ A = P \\ (Σ − A)") { w in
    (w.table.project(w.p, w.setA), w.hide(w.p, w.complement(w.setA)))
  },
  EngineLaw("renaming by nothing: P[[]] = P") { w in (w.table.rename(w.p, w.table.renaming([])), w.p) },
  EngineLaw("renaming twice is renaming by the composition") { w in
    let t = w.table
    // a to a and b, then a to c and b to a: a to c and a; b, which the first leaves, to a.
    let first = t.renaming([(w.a, w.a), (w.a, w.b)]), second = t.renaming([(w.a, w.c), (w.b, w.a)])
    return (
      t.rename(t.rename(w.p, first), second), t.rename(w.p, t.renaming([(w.a, w.c), (w.a, w.a), (w.b, w.a)]))
    )
  },
  EngineLaw("renaming distributes over |~|") { w in
    (rename(w, w.int(w.p, w.q)), w.int(rename(w, w.p), rename(w, w.q)))
  },
  EngineLaw("renaming distributes over []") { w in
    (rename(w, w.ext(w.p, w.q)), w.ext(rename(w, w.p), rename(w, w.q)))
  },
  EngineLaw("renaming distributes over ;") { w in
    (rename(w, w.seq(w.p, w.q)), w.seq(rename(w, w.p), rename(w, w.q)))
  },
  EngineLaw("renaming distributes over ||| ") { w in
    (rename(w, w.interleave(w.p, w.q)), w.interleave(rename(w, w.p), rename(w, w.q)))
  },
  EngineLaw("renaming distributes over /\\") { w in
    (rename(w, w.interrupt(w.p, w.q)), w.interrupt(rename(w, w.p), rename(w, w.q)))
  },
  EngineLaw("renaming distributes over [>") { w in
    (rename(w, w.slide(w.p, w.q)), w.slide(rename(w, w.p), rename(w, w.q)))
  },
  EngineLaw("renaming of a menu renames the menu") { w in
    let contents = w.table.contents(relation(w))
    return (
      rename(w, w.menu(w.menuB)),
      w.menu(w.menuB.flatMap { x, p in contents.images(of: x).map { ($0, rename(w, p)) } })
    )
  },
  EngineLaw("renaming of STOP, SKIP and DIV is that") { w in
    (
      w.menu([(w.a, w.stop), (w.b, w.skip), (w.c, w.div)]),
      w.menu([(w.a, rename(w, w.stop)), (w.b, rename(w, w.skip)), (w.c, rename(w, w.div))])
    )
  },
  EngineLaw("an injective renaming distributes over [|A|]") { w in
    (
      swap(w, w.par(w.setA, w.p, w.q)),
      w.par(w.table.set(w.table.contents(w.setA).events.map { swapped(w, $0) }), swap(w, w.p), swap(w, w.q))
    )
  },
  EngineLaw("an injective renaming goes through hiding") { w in
    (
      swap(w, w.hide(w.p, w.setA)),
      w.hide(swap(w, w.p), w.table.set(w.table.contents(w.setA).events.map { swapped(w, $0) }))
    )
  },
  EngineLaw("what is hidden may be renamed first: P \\ A = P[[x <- y | x <- A]] \\ {y}, y new") { w in
    let y = w.fresh[0]
    return (
      w.hide(w.p, w.setA),
      w.hide(w.table.rename(w.p, w.table.renaming(w.table.contents(w.setA).events.map { ($0, y) })), w.table.set([y]))
    )
  },
]

/// One to many, and many to one.
private func relation(_ w: EngineLawWorld) -> Renaming {
  w.table.renaming([(w.a, w.b), (w.a, w.fresh[0]), (w.c, w.fresh[1])])
}
private func rename(_ w: EngineLawWorld, _ p: Process) -> Process { w.table.rename(p, relation(w)) }

/// a and b exchanged.
private func swap(_ w: EngineLawWorld, _ p: Process) -> Process {
  w.table.rename(p, w.table.renaming([(w.a, w.b), (w.b, w.a)]))
}
private func swapped(_ w: EngineLawWorld, _ e: Event) -> Event { e == w.a ? w.b : e == w.b ? w.a : e }
