// What the runner is told on its command line.
import ChannelScenarios
import Foundation

struct Options {
  var adopt = false
  var list = false
  var rounds = 1
  var load = Load()
  /// A scenario runs if its description contains one of these, or if there are none.
  var words: [String] = []

  init(_ arguments: some Sequence<String>) {
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      switch argument {
      case "--adopt": adopt = true
      case "--list": list = true
      case "--operations": load.operations = Self.number(argument, rest.next())
      case "--seed": load.seed = UInt64(Self.number(argument, rest.next()))
      case "--repeat": rounds = Self.number(argument, rest.next())
      default:
        if argument.hasPrefix("-") { Self.refuse("there is no option \(argument)") }
        words.append(argument)
      }
    }
  }

  func selects(_ scenario: Scenario) -> Bool {
    words.isEmpty || words.contains { scenario.description.contains($0) }
  }

  private static func number(_ option: String, _ text: String?) -> Int {
    guard let number = text.flatMap({ Int($0) }), number >= 0 else { refuse("\(option) needs a number") }
    return number
  }

  private static func refuse(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(2)
  }
}
