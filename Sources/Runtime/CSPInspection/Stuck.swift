// Who cannot go on: tasks that wait for each other (Stuck+Knots.swift), and nurseries in which everybody waits.
//
// A task is *moving* if it runs, could run, awaits something that is not Martlet's, or waits for a time; so is whatever is
// in a scope with a deadline, or in one that is being cancelled. A task that awaits another task can be woken if that one
// can, one that waits for its scope if everything in there can, and one that waits for a permit if enough of those can
// who hold some. A channel can be served by whoever has it, which nobody knows: within a nursery, by any task of it that
// moves; otherwise by somebody outside.
//
// I1. What is reported was so at one instant: StableLook says how that is known without having stopped anybody.
// Source: the fixed point of Go's `goroutineleak` profile, with tasks that move in the place of the runnable ones, and with
// nurseries in the place of reachability.

/// Tasks that wait for nothing that can come.
public struct Stuck: Sendable {
  public enum Cause: Sendable, Equatable {
    /// Each waits for the next, and the last for the first: for its end, for permits that it holds, or for its turn,
    /// which comes before. One task alone waits for what it holds itself.
    case cycle
    /// Tasks of which each waits for some of the others, in more than one circle.
    case knot
    /// Everybody in a nursery waits: an index in ``Dump/scopes``.
    case nursery(Int)
  }

  public var cause: Cause
  /// Indices in ``Dump/tasks``; of a cycle, in its order.
  public var tasks: [Int]
  /// What somebody outside of the nursery could still serve, if anybody outside has it.
  public var outside: [Resource]

  /// Whether nobody at all can wake them, but by cancelling.
  public var isCertain: Bool { outside.isEmpty }
}

extension Dump {
  /// The dump with ``stuck`` filled in, at once after it was taken.
  func findingStuck() -> Dump {
    var dump = self
    let movement = Movement(self)
    let candidates = Knots(dump: self, movement: movement).found + restingNurseries(movement)
    dump.stuck = candidates.filter { StableLook.heldAtOnce(looks(of: $0)) }
    return dump
  }

  /// Everything that has to have stayed as it was for the finding to be true.
  func looks(of stuck: Stuck) -> [StableLook] {
    var looks: [StableLook] = []
    looks.reserveCapacity(2 * stuck.tasks.count + 1)
    var semaphores: Set<Int> = []
    for task in stuck.tasks {
      if let look = tasks[task].look { looks.append(look) }
      switch tasks[task].activity {
      case .running, .runnable, .elsewhere, .inLine: break
      case .insideScope(let scope): looks.append(scopes[scope].look)
      case .waiting(let wait):
        looks.append(wait.firstLook)
        looks += wait.furtherLooks
        for item in wait.cases { if let channel = item.channel { semaphores.insert(channel) } }
      }
    }
    if case .nursery(let scope) = stuck.cause { looks.append(scopes[scope].look) }
    for semaphore in semaphores {
      looks.append(channels[semaphore].look)
      looks += channels[semaphore].holders.map(\.look)
    }
    return looks
  }

  // MARK: Nurseries in which everybody waits

  /// Outermost nurseries without a task that moves, scopes within included.
  private func restingNurseries(_ movement: Movement) -> [Stuck] {
    var isResting = [Bool](repeating: true, count: scopes.count)
    for task in tasks.indices where movement.moves[task] && tasks[task].scope != nil {
      // Up to the first that is known not to rest.
      var next = tasks[task].scope
      while let scope = next, isResting[scope] {
        isResting[scope] = false
        next = tasks[scopes[scope].opener].scope
      }
    }
    return scopes.indices.compactMap { scope in
      guard isResting[scope], scopes[scope].kind == .nursery, !scopes[scope].tasks.isEmpty else { return nil }
      var outer = tasks[scopes[scope].opener].scope
      while let around = outer {
        if isResting[around], scopes[around].kind == .nursery { return nil }
        outer = tasks[scopes[around].opener].scope
      }
      return resting(scope)
    }
  }

  /// All tasks within a scope, those of scopes within included.
  func everybody(in scope: Int) -> [Int] {
    var (found, rest): ([Int], [Int]) = ([], [scope])
    while let next = rest.popLast() {
      found += scopes[next].tasks
      for task in scopes[next].tasks { if case .insideScope(let inner) = tasks[task].activity { rest.append(inner) } }
    }
    return found
  }

  /// Whether these tasks hold all permits that are not free: nobody else will give any back.
  private func isHeld(_ semaphore: InspectedChannel, by isInside: [Bool]) -> Bool {
    !semaphore.isSupplied && semaphore.unaccounted == 0 && !semaphore.holders.isEmpty
      && semaphore.holders.allSatisfy { isInside[$0.task] }
  }

  private func resting(_ scope: Int) -> Stuck {
    let everybody = everybody(in: scope)
    var isInside = [Bool](repeating: false, count: tasks.count)
    for task in everybody { isInside[task] = true }
    var outside: [Resource] = []
    var known = AddressTable()
    for task in everybody {
      guard case .waiting(let wait) = tasks[task].activity else { continue }
      for item in wait.cases where item.operation != .end {
        guard let resource = item.resource, known[resource.identifier] == nil else { continue }
        known[resource.identifier] = 0
        if !(item.channel.map { isHeld(channels[$0], by: isInside) } ?? false) { outside.append(resource) }
      }
    }
    return Stuck(cause: .nursery(scope), tasks: everybody, outside: outside)
  }

  // MARK: In words

  /// What is stuck, in a few lines.
  func words(_ stuck: Stuck) -> [String] {
    switch stuck.cause {
    case .cycle, .knot:
      let head =
        stuck.tasks.count == 1
        ? "deadlock: 1 task that waits for what it holds itself"
        : "deadlock: \(counted(stuck.tasks.count, "task")) that wait for each other"
      return [head] + stuck.tasks.map { "  " + line([$0], indentedBy: 0) }
    case .nursery(let scope):
      let named = String(words(scopes[scope]).dropLast())
      let head =
        stuck.isCertain
        ? "deadlock: nobody in \(named) can go on"
        : "at rest: everybody in \(named) waits; only somebody outside can go on with "
          + stuck.outside.prefix(8).map { words($0) }.joined(separator: ", ") + (stuck.outside.count > 8 ? " …" : "")
      let waiting = stuck.tasks.filter { tasks[$0].wait != nil }
      return [head] + groups(of: waiting).prefix(20).map { "  " + line($0, indentedBy: 0) }
    }
  }
}
