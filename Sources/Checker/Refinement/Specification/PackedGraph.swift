import TransitionSystems

/// The states of a packed machine, numbered as they are met.
final class PackedGraph<Word: PackedWord>: StateGraph {
  let initial: Int32 = 0
  private let machine: PackedMachine<Word>
  private var words: [Word]
  private var numbers: [Word: Int32]
  private var outbox = Outbox<Word>(capacity: 64)

  init(_ machine: PackedMachine<Word>) {
    self.machine = machine
    words = [machine.initial]
    numbers = [machine.initial: 0]
  }

  func word(_ state: Int32) -> Word { words[Int(state)] }

  func appendEdges(of state: Int32, to list: inout [ExplicitSystem.Edge]) {
    outbox.count = 0
    machine.successors(of: words[Int(state)], into: &outbox)
    let start = list.count
    for i in 0..<outbox.count {
      list.append(ExplicitSystem.Edge(label: outbox.events[i], target: number(outbox.words[i])))
    }
    list[start...].sort()
  }

  private func number(_ word: Word) -> Int32 {
    if let known = numbers[word] { return known }
    let number = Int32(words.count)
    numbers[word] = number
    words.append(word)
    return number
  }
}
