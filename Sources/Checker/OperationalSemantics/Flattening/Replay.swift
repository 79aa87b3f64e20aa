import ProcessTerms
import TransitionSystems

/// Puts the runs of components together to one of the whole: what `FlattenedProcess.run(_:endsStill:)` ends with.
struct Replay {
  /// How far a component has got in its run.
  struct Cursor {
    let run: Run<Process>
    private(set) var done = 0

    init(run: Run<Process>) { self.run = run }

    var next: Run<Process>.Step? {
      if done < run.steps.count { return run.steps[done] }
      return run.loop.isEmpty ? nil : run.loop[done - run.steps.count]
    }

    mutating func advance() {
      done += 1
      if done == run.steps.count + run.loop.count, !run.loop.isEmpty { done = run.steps.count }
    }
  }

  private let process: FlattenedProcess
  /// Component → its run, for those that are compressed.
  var cursors: [Int: Cursor] = [:]
  private var terms: [Process]
  private var steps: [Run<Process>.Step] = []
  /// A loop is longer than one of the network where components come back at different times; beyond this many steps
  /// there is something wrong.
  private static let longestLoop = 1_000_000

  init(_ process: FlattenedProcess, initial: [Int32]) {
    self.process = process
    terms = initial.indices.map { process.process(of: $0, at: initial[$0]) }
  }

  /// - Parameters:
  ///   - soloist: the component that diverges by itself; else the loop of the whole is `tail`.
  ///   - drains: whether components go to the ends of their runs, behind the last letter.
  mutating func replay(
    _ head: ArraySlice<FlattenedProcess.JointStep>, _ tail: ArraySlice<FlattenedProcess.JointStep>, soloist: Int?,
    drains: Bool
  ) -> TermRun? {
    for (c, cursor) in cursors { terms[c] = cursor.run.initial }
    let initial = process.process(composedOf: terms)
    var progress = [0]
    for step in head {
      guard take(step) else { return nil }
      progress.append(steps.count)
    }
    if drains { for c in cursors.keys.sorted() { while cursors[c]!.next != nil { advance(c, as: .tau) } } }
    if let soloist {
      while cursors[soloist]!.done < cursors[soloist]!.run.steps.count { advance(soloist, as: .tau) }
    }
    let loop: [Run<Process>.Step]
    if let soloist {
      let start = steps.count
      for _ in cursors[soloist]!.run.loop { advance(soloist, as: .tau) }
      loop = cut(from: start)
    } else if tail.isEmpty {
      loop = []
    } else if let found = turn(tail) {
      loop = found
    } else {
      return nil
    }
    return TermRun(run: Run(initial: initial, steps: steps, loop: loop), progress: progress)
  }

  /// Goes round the loop of the network until every component is where it was after an earlier round.
  private mutating func turn(_ tail: ArraySlice<FlattenedProcess.JointStep>) -> [Run<Process>.Step]? {
    var starts: [[Int: Int]: Int] = [:]
    let begin = steps.count
    while steps.count - begin < Self.longestLoop {
      let key = cursors.mapValues(\.done)
      if let start = starts[key] { return cut(from: start) }
      starts[key] = steps.count
      for step in tail { guard take(step) else { return nil } }
    }
    return nil
  }

  private mutating func cut(from start: Int) -> [Run<Process>.Step] {
    defer { steps.removeSubrange(start...) }
    return Array(steps[start...])
  }

  /// One step of the network; before it, the τ of the components that take part.
  private mutating func take(_ step: FlattenedProcess.JointStep) -> Bool {
    if process.isSilent(step) { return true }
    let moving = step.premises.filter { $0.label != Leaf.terminated }
    for premise in moving {
      let c = Int(premise.component)
      while let next = cursors[c]?.next, next.event.id != premise.label {
        guard next.event == .tau else { return false }
        advance(c, as: .tau)
      }
    }
    for c in moving.lazy.map({ Int($0.component) }) {
      guard cursors[c] != nil else {
        terms[c] = process.process(of: c, at: step.target[c])
        continue
      }
      guard let next = cursors[c]!.next else { return false }
      terms[c] = next.target
      cursors[c]!.advance()
    }
    steps.append(.init(event: step.event, target: process.process(composedOf: terms)))
    return true
  }

  /// Component `c` moves alone.
  private mutating func advance(_ c: Int, as event: Event) {
    terms[c] = cursors[c]!.next!.target
    cursors[c]!.advance()
    steps.append(.init(event: event, target: process.process(composedOf: terms)))
  }
}
