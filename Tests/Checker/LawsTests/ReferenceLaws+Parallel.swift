/// Laws of the parallel compositions (TPC 2, 6.1, 13.1; UCS 3, 5.4, 6.1).
import ProcessTerms
import ReferenceSemantics

private let strict: [Model] = [.failuresDivergences]

/// ∥-step: events of the set together, others alone (TPC 2.4: ⟨∥_X-step⟩).
private func parallelStep(_ parts: LawParts, _ set: EventSet) -> (Process, Process) {
  let left = parts.menu(parts.menu), right = parts.menu(parts.otherMenu)
  let together = parts.menu.flatMap { x in
    parts.otherMenu.filter { $0.0 == x.0 && parts.contains(set, x.0) }.map { (x.0, parts.par(set, x.1, $0.1)) }
  }
  let leftAlone = parts.menu.filter { !parts.contains(set, $0.0) }.map { ($0.0, parts.par(set, $0.1, right)) }
  let rightAlone = parts.otherMenu.filter { !parts.contains(set, $0.0) }.map { ($0.0, parts.par(set, left, $0.1)) }
  return (parts.par(set, left, right), parts.menu(together + leftAlone + rightAlone))
}

let parallelLaws: [Law] = [
  Law("||| is symmetric") { ($0.inter($0.p, $0.q), $0.inter($0.q, $0.p)) },
  Law("||| is associative") { ($0.inter($0.inter($0.p, $0.q), $0.r), $0.inter($0.p, $0.inter($0.q, $0.r))) },
  Law("||| of three is ||| of two") { ($0.inter($0.p, $0.q, $0.r), $0.inter($0.p, $0.inter($0.q, $0.r))) },
  Law("SKIP is the unit of |||") { ($0.inter($0.p, $0.skip), $0.p) },
  Law("P ||| STOP = P ; STOP") { ($0.inter($0.p, $0.stop), $0.seq($0.p, $0.stop)) },
  Law("DIV is a zero of |||", strict) { ($0.inter($0.p, $0.div), $0.div) },
  Law("||| distributes over ⊓") {
    ($0.inter($0.p, $0.int($0.q, $0.r)), $0.int($0.inter($0.p, $0.q), $0.inter($0.p, $0.r)))
  },
  Law("|||-step") { parallelStep($0, $0.none) },

  Law("∥ is symmetric") { ($0.par($0.a, $0.p, $0.q), $0.par($0.a, $0.q, $0.p)) },
  Law("∥ is associative") {
    ($0.par($0.a, $0.par($0.a, $0.p, $0.q), $0.r), $0.par($0.a, $0.p, $0.par($0.a, $0.q, $0.r)))
  },
  Law("∥ of three is ∥ of two") { ($0.par($0.a, $0.p, $0.q, $0.r), $0.par($0.a, $0.p, $0.par($0.a, $0.q, $0.r))) },
  Law("∥ distributes over ⊓") {
    ($0.par($0.a, $0.p, $0.int($0.q, $0.r)), $0.int($0.par($0.a, $0.p, $0.q), $0.par($0.a, $0.p, $0.r)))
  },
  Law("DIV is a zero of ∥", strict) { ($0.par($0.a, $0.p, $0.div), $0.div) },
  Law("∥-step") { parallelStep($0, $0.a) },
  Law("SKIP ∥ SKIP = SKIP") { ($0.par($0.a, $0.skip, $0.skip), $0.skip) },
  Law("P ∥ RUN over Σ only loses termination") {
    ($0.par($0.sigma, $0.p, $0.table.run($0.sigma)), $0.seq($0.p, $0.stop))
  },
  Law("P ∥_A RUN(A) only loses termination") { ($0.par($0.a, $0.p, $0.table.run($0.a)), $0.seq($0.p, $0.stop)) },
  Law("(?x:X → P) ∥_A SKIP-step: SKIP allows events outside A") { parts in
    let allowed = parts.menu.filter { !parts.contains(parts.a, $0.0) }
    return (
      parts.par(parts.a, parts.menu(parts.menu), parts.skip),
      parts.menu(parts.map(allowed) { parts.par(parts.a, $0, parts.skip) })
    )
  },
  Law("∥ over Σ is idempotent in T", [.traces]) { ($0.par($0.sigma, $0.p, $0.p), $0.p) },

  Law("A∥B is symmetric") { ($0.alpha(($0.p, $0.a), ($0.q, $0.b)), $0.alpha(($0.q, $0.b), ($0.p, $0.a))) },
  Law("A∥B is associative") {
    (
      $0.alpha(($0.alpha(($0.p, $0.a), ($0.q, $0.b)), $0.union($0.a, $0.b)), ($0.r, $0.sigma)),
      $0.alpha(($0.p, $0.a), ($0.alpha(($0.q, $0.b), ($0.r, $0.sigma)), $0.sigma))
    )
  },
  Law("A∥B of three is A∥B of two") {
    (
      $0.alpha(($0.p, $0.a), ($0.q, $0.b), ($0.r, $0.common($0.a, $0.b))),
      $0.alpha(($0.alpha(($0.p, $0.a), ($0.q, $0.b)), $0.union($0.a, $0.b)), ($0.r, $0.common($0.a, $0.b)))
    )
  },
  Law("A∥B distributes over ⊓") {
    (
      $0.alpha(($0.p, $0.a), ($0.int($0.q, $0.r), $0.b)),
      $0.int($0.alpha(($0.p, $0.a), ($0.q, $0.b)), $0.alpha(($0.p, $0.a), ($0.r, $0.b)))
    )
  },
  Law("A∥B in terms of ∥: each side is first kept to its alphabet") {
    (
      $0.alpha(($0.p, $0.a), ($0.q, $0.b)),
      $0.par(
        $0.common($0.a, $0.b), $0.par($0.outside($0.a), $0.p, $0.skip), $0.par($0.outside($0.b), $0.q, $0.skip))
    )
  },
  Law("Σ∥Σ is ∥ over Σ") { ($0.alpha(($0.p, $0.sigma), ($0.q, $0.sigma)), $0.par($0.sigma, $0.p, $0.q)) },
  Law("A∥B-step") { parts in
    let left = parts.menu(parts.menu), right = parts.menu(parts.otherMenu)
    let both = parts.common(parts.a, parts.b)
    func whole(_ p: Process, _ q: Process) -> Process { parts.alpha((p, parts.a), (q, parts.b)) }
    let together = parts.menu.flatMap { x in
      parts.otherMenu.filter { $0.0 == x.0 && parts.contains(both, x.0) }.map { (x.0, whole(x.1, $0.1)) }
    }
    let onlyLeft = parts.menu.filter { parts.contains(parts.without(parts.a, parts.b), $0.0) }
    let onlyRight = parts.otherMenu.filter { parts.contains(parts.without(parts.b, parts.a), $0.0) }
    return (
      whole(left, right),
      parts.menu(together + parts.map(onlyLeft) { whole($0, right) } + parts.map(onlyRight) { whole(left, $0) })
    )
  },

  Law("linked parallel without links is |||") { parts in
    (parts.table.linked(parts.p, parts.table.linkage([]), parts.q), parts.inter(parts.p, parts.q))
  },
  Law("linked parallel in terms of renaming, ∥ and hiding") { parts in
    // One link: both ends become an event that nobody else has.
    let link = LinkageContents.Link(left: parts.event, right: parts.events[0])
    let left = parts.rename(parts.p, parts.table.renaming([(link.left, parts.fresh)]))
    let right = parts.rename(parts.q, parts.table.renaming([(link.right, parts.fresh)]))
    let meeting = parts.table.set([parts.fresh])
    return (
      parts.table.linked(parts.p, parts.table.linkage([link]), parts.q),
      parts.hide(parts.par(meeting, left, right), meeting)
    )
  },
  Law("linked parallel distributes over ⊓") { parts in
    func linked(_ q: Process) -> Process { parts.table.linked(parts.p, parts.linkage, q) }
    return (linked(parts.int(parts.q, parts.r)), parts.int(linked(parts.q), linked(parts.r)))
  },
]
