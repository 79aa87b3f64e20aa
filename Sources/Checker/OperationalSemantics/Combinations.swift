public import ProcessTerms

/// An operand that takes part in a synchronised step: its place, and its transitions with the event, in the store.
struct Participant {
  let place: Int
  let steps: Range<Int>
  var next: Int

  init(place: Int, steps: Range<Int>) {
    (self.place, self.steps) = (place, steps)
    next = steps.lowerBound
  }
}

extension FiringRules {
  /// `participants` all make a step at once, which the whole shows as `event`: every combination of their targets, in
  /// the row of `p`, whose other operands stay.
  func emitCombinations(in p: Process, as event: Event) throws {
    if participants.count == 1 {
      for k in participants[0].steps { emit(event, table.replacing(p, participants[0].place, by: store[k].target)) }
      return
    }
    var combinations = 1
    for participant in participants {
      combinations *= participant.steps.count
      if combinations > transitionLimit { throw TooManyTransitions(process: p, limit: transitionLimit) }
    }
    let op = table.op(p), parameter = table.parameter(p)
    row.removeAll(keepingCapacity: true)
    row.append(contentsOf: table.rawOperands(p))
    for participant in participants { row[participant.place] = store[participant.next].target.id }
    while true {
      emit(event, table.make(op, parameter: parameter, operands: row))
      // Count up, the last participant fastest.
      var i = participants.count - 1
      while i >= 0 {
        let isExhausted = participants[i].next + 1 == participants[i].steps.upperBound
        participants[i].next = isExhausted ? participants[i].steps.lowerBound : participants[i].next + 1
        row[participants[i].place] = store[participants[i].next].target.id
        if !isExhausted { break }
        i -= 1
      }
      if i < 0 { return }
    }
  }

  /// Events of `set` that all of the first `count` operands of `p` can do: they do them together.
  func emitSynchronised(_ p: Process, count: Int, on set: EventSet) throws {
    let first = steps(p, 0)
    var k = first.lowerBound
    events: while k < first.upperBound {
      let event = store[k].event
      guard table.contains(set, event) else {
        k += 1
        continue
      }
      let run = store.run(of: event, in: k..<first.upperBound)
      k = run.upperBound
      participants.removeAll(keepingCapacity: true)
      participants.append(Participant(place: 0, steps: run))
      for i in 1..<count {
        let run = store.run(of: event, in: steps(p, i))
        if run.isEmpty { continue events }
        participants.append(Participant(place: i, steps: run))
      }
      try emitCombinations(in: p, as: event)
    }
  }
}

/// A synchronisation in which the nondeterminism of the operands multiplies to more than `limit` steps.
public struct TooManyTransitions: Error {
  public let process: Process
  public let limit: Int
  public init(process: Process, limit: Int) { (self.process, self.limit) = (process, limit) }
}
