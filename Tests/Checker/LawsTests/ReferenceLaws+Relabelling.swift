/// Laws of hiding, renaming, priority and chase (TPC 3, 13.1; UCS 5.1, 5.2, 20.1).
import ProcessTerms
import ReferenceSemantics

private let strict: [Model] = [.failuresDivergences]

let relabellingLaws: [Law] = [
  Law("hiding nothing does nothing") { ($0.hide($0.p, $0.none), $0.p) },
  Law("hiding twice is hiding both") { ($0.hide($0.hide($0.p, $0.a), $0.b), $0.hide($0.p, $0.union($0.a, $0.b))) },
  Law("hiding is symmetric") { ($0.hide($0.hide($0.p, $0.a), $0.b), $0.hide($0.hide($0.p, $0.b), $0.a)) },
  Law("hiding distributes over ⊓") {
    ($0.hide($0.int($0.p, $0.q), $0.a), $0.int($0.hide($0.p, $0.a), $0.hide($0.q, $0.a)))
  },
  Law("hiding distributes over ;") {
    ($0.hide($0.seq($0.p, $0.q), $0.a), $0.seq($0.hide($0.p, $0.a), $0.hide($0.q, $0.a)))
  },
  Law("hiding distributes over |||") {
    ($0.hide($0.inter($0.p, $0.q), $0.a), $0.inter($0.hide($0.p, $0.a), $0.hide($0.q, $0.a)))
  },
  Law("hiding distributes over ∥_B where nothing of B is hidden") { parts in
    let hidden = parts.without(parts.a, parts.b)
    return (
      parts.hide(parts.par(parts.b, parts.p, parts.q), hidden),
      parts.par(parts.b, parts.hide(parts.p, hidden), parts.hide(parts.q, hidden))
    )
  },
  Law("hiding distributes over A∥B where nothing common is hidden") { parts in
    let hidden = parts.outside(parts.common(parts.a, parts.b))
    return (
      parts.hide(parts.alpha((parts.p, parts.a), (parts.q, parts.b)), hidden),
      parts.hide(
        parts.par(
          parts.common(parts.a, parts.b),
          parts.hide(parts.alpha((parts.p, parts.a)), parts.common(hidden, parts.a)),
          parts.hide(parts.alpha((parts.q, parts.b)), parts.common(hidden, parts.b))), hidden)
    )
  },
  Law("hide-step: a menu with hidden events may take them by itself") { parts in
    let seen = parts.menu.filter { !parts.contains(parts.a, $0.0) }
    let hidden = parts.menu.filter { parts.contains(parts.a, $0.0) }.map { parts.hide($0.1, parts.a) }
    let visible = parts.menu(parts.map(seen) { parts.hide($0, parts.a) })
    return (
      parts.hide(parts.menu(parts.menu), parts.a),
      hidden.isEmpty ? visible : parts.slide(visible, parts.table.internalChoice(hidden))
    )
  },
  Law("STOP, SKIP and DIV have nothing to hide") { parts in
    (
      parts.hide(parts.ext(parts.stop, parts.pre(parts.fresh, parts.int(parts.skip, parts.div))), parts.a),
      parts.pre(parts.fresh, parts.int(parts.skip, parts.div))
    )
  },
  Law("RUN(A) \\ {a} diverges for a of A", strict) { parts in
    let run = parts.table.run(parts.union(parts.a, parts.table.set([parts.event])))
    return (parts.hide(run, parts.table.set([parts.event])), parts.div)
  },
  Law("projection hides everything else") { ($0.table.project($0.p, $0.a), $0.hide($0.p, $0.outside($0.a))) },

  Law("renaming nothing does nothing") { ($0.rename($0.p, $0.table.renaming([])), $0.p) },
  Law("renaming twice is renaming by the composed relation") { parts in
    let first = parts.table.contents(parts.renaming), second = parts.table.contents(parts.otherRenaming)
    let composed = parts.events.flatMap { x in
      first.images(of: x).flatMap { second.images(of: $0) }.map { (x, $0) }
    }
    return (
      parts.rename(parts.rename(parts.p, parts.renaming), parts.otherRenaming),
      parts.rename(parts.p, parts.table.renaming(composed))
    )
  },
  Law("renaming distributes over ⊓") {
    ($0.rename($0.int($0.p, $0.q), $0.renaming), $0.int($0.rename($0.p, $0.renaming), $0.rename($0.q, $0.renaming)))
  },
  Law("renaming distributes over □") {
    ($0.rename($0.ext($0.p, $0.q), $0.renaming), $0.ext($0.rename($0.p, $0.renaming), $0.rename($0.q, $0.renaming)))
  },
  Law("renaming distributes over ▷") {
    (
      $0.rename($0.slide($0.p, $0.q), $0.renaming),
      $0.slide($0.rename($0.p, $0.renaming), $0.rename($0.q, $0.renaming))
    )
  },
  Law("renaming distributes over ;") {
    ($0.rename($0.seq($0.p, $0.q), $0.renaming), $0.seq($0.rename($0.p, $0.renaming), $0.rename($0.q, $0.renaming)))
  },
  Law("renaming distributes over △") {
    (
      $0.rename($0.interrupt($0.p, $0.q), $0.renaming),
      $0.interrupt($0.rename($0.p, $0.renaming), $0.rename($0.q, $0.renaming))
    )
  },
  Law("renaming distributes over |||") {
    ($0.rename($0.inter($0.p, $0.q), $0.renaming), $0.inter($0.rename($0.p, $0.renaming), $0.rename($0.q, $0.renaming)))
  },
  Law("a one-to-one renaming distributes over ∥") { parts in
    let renaming = parts.table.renaming(parts.permutation)
    let images = parts.table.set(parts.permutation.filter { parts.contains(parts.a, $0.0) }.map(\.1))
    return (
      parts.rename(parts.par(parts.a, parts.p, parts.q), renaming),
      parts.par(images, parts.rename(parts.p, renaming), parts.rename(parts.q, renaming))
    )
  },
  Law("a one-to-one renaming passes hiding") { parts in
    let renaming = parts.table.renaming(parts.permutation)
    let images = parts.table.set(parts.permutation.filter { parts.contains(parts.a, $0.0) }.map(\.1))
    return (parts.rename(parts.hide(parts.p, parts.a), renaming), parts.hide(parts.rename(parts.p, renaming), images))
  },
  Law("a one-to-one renaming passes Θ") { parts in
    let renaming = parts.table.renaming(parts.permutation)
    let images = parts.table.set(parts.permutation.filter { parts.contains(parts.a, $0.0) }.map(\.1))
    return (
      parts.rename(parts.throwing(parts.p, parts.a, parts.q), renaming),
      parts.throwing(parts.rename(parts.p, renaming), images, parts.rename(parts.q, renaming))
    )
  },
  Law("there and back by a one-to-one renaming") { parts in
    let renaming = parts.table.renaming(parts.permutation)
    let back = parts.table.renaming(parts.permutation.map { ($1, $0) })
    return (parts.rename(parts.rename(parts.p, renaming), back), parts.p)
  },
  Law("rename-step") { parts in
    let relation = parts.table.contents(parts.renaming)
    let branches = parts.menu.flatMap { x in
      relation.images(of: x.0).map { ($0, parts.rename(x.1, parts.renaming)) }
    }
    return (parts.rename(parts.menu(parts.menu), parts.renaming), parts.menu(branches))
  },

  Law("priority without order does nothing") { ($0.table.prioritise($0.p, $0.table.priority([:])), $0.p) },
  Law("priority only takes traces away", [.traces], relation: .isRefinedBy) { parts in
    (parts.p, parts.table.prioritise(parts.p, parts.table.priority([parts.event: [.tau, .tick]])))
  },
  Law("priority of a menu") { parts in
    let low = parts.events[0], high = parts.events[1]
    let order = parts.table.priority([low: [high]])
    let kept = parts.menu.filter { x in x.0 != low || !parts.menu.contains { $0.0 == high } }
    return (
      parts.table.prioritise(parts.menu(parts.menu), order),
      parts.menu(parts.map(kept) { parts.table.prioritise($0, order) })
    )
  },
  Law("chase refines", relation: .isRefinedBy) { ($0.p, $0.table.chase($0.p)) },
  Law("chase of a menu") { parts in
    (parts.table.chase(parts.menu(parts.menu)), parts.menu(parts.map(parts.menu) { parts.table.chase($0) }))
  },
  Law("deter refines", relation: .isRefinedBy) { ($0.p, $0.table.deter($0.p)) },
  Law("deter refines chase", relation: .isRefinedBy) { ($0.table.chase($0.p), $0.table.deter($0.p)) },
  Law("deter is idempotent") { ($0.table.deter($0.table.deter($0.p)), $0.table.deter($0.p)) },
  Law("chase is idempotent") { ($0.table.chase($0.table.chase($0.p)), $0.table.chase($0.p)) },
]
