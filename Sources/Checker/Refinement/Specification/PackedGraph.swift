import TransitionSystems

/// The states of a packed machine, numbered as they are met.
///
/// Not generic itself: a generic class that is called through `StateGraph` would run unspecialised.
final class PackedGraph: StateGraph {
  private enum Numbering {
    case narrow(NumberedStates<UInt64>)
    case wide(NumberedStates<UInt128>)
  }
  private let numbering: Numbering

  init(_ machine: PackedMachine<UInt64>) { numbering = .narrow(NumberedStates(machine)) }
  init(_ machine: PackedMachine<UInt128>) { numbering = .wide(NumberedStates(machine)) }

  var initial: Int32 { 0 }

  func appendEdges(of state: Int32, to list: inout [ExplicitSystem.Edge]) {
    switch numbering {
    case .narrow(let states): states.appendEdges(of: state, to: &list)
    case .wide(let states): states.appendEdges(of: state, to: &list)
    }
  }

  /// The states of the components.
  func components(_ state: Int32) -> [Int32] {
    switch numbering {
    case .narrow(let states): states.components(state)
    case .wide(let states): states.components(state)
    }
  }
}

private final class NumberedStates<Word: PackedWord> {
  private let machine: PackedMachine<Word>
  private var words: [Word]
  private var numbers = WordMap<Word>()
  private var outbox = Outbox<Word>(capacity: 64)
  private var found: [ExplicitSystem.Edge] = []

  init(_ machine: PackedMachine<Word>) {
    self.machine = machine
    words = [machine.initial]
    _ = numbers.number(of: machine.initial, orInsert: 0)
  }

  func components(_ state: Int32) -> [Int32] { machine.layout.unpack(words[Int(state)]) }

  func appendEdges(of state: Int32, to list: inout [ExplicitSystem.Edge]) {
    outbox.count = 0
    machine.successors(of: words[Int(state)], into: &outbox)
    found.removeAll(keepingCapacity: true)
    for i in 0..<outbox.count {
      found.append(ExplicitSystem.Edge(label: outbox.events[i], target: number(outbox.words[i])))
    }
    found.sort()
    list.append(contentsOf: found)
  }

  private func number(_ word: Word) -> Int32 {
    let next = Int32(words.count), number = numbers.number(of: word, orInsert: next)
    if number == next { words.append(word) }
    return number
  }
}
