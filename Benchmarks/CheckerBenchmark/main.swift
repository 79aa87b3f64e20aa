// Runs trace checks that hold on networks of known size, each in a process of its own so that the peak of resident
// memory is that of one check. See ../METHOD.md.
import CheckerModels
import Refinement
import TransitionSystems

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

struct Subject {
  var name: String, network: Network, states: Int, transitions: Int
}

let subjects = [
  Subject(name: "philosophers-6", network: .philosophers(6), states: 46_656, transitions: 246_612),
  Subject(name: "philosophers-7", network: .philosophers(7), states: 279_934, transitions: 1_726_270),
  Subject(name: "philosophers-8", network: .philosophers(8), states: 1_679_616, transitions: 11_837_448),
  Subject(name: "philosophers-9", network: .philosophers(9), states: 10_077_694, transitions: 79_900_000),
  Subject(name: "knights-3x7", network: .knights(3, 7), states: 3_879_876, transitions: 11_824_384),
]

let arguments = CommandLine.arguments.dropFirst()
for name in arguments {
  guard let subject = subjects.first(where: { $0.name == name }) else {
    print("unknown subject \(name); there are: \(subjects.map(\.name).joined(separator: " "))")
    exit(2)
  }
  let model = arguments.contains("F") ? 1 : 0
  let events = Set(subject.network.rules.map(\.result))
  let anything = ExplicitSystem(successors: [events.map { ExplicitSystem.Edge(label: $0, target: 0) }])
  let outcome = try NetworkChecker().refinement(
    specification: Network(anything), implementation: subject.network, .traces)
  guard case .holds = outcome.verdict else {
    print("\(name): expected to hold")
    exit(1)
  }
  let s = outcome.statistics
  let seconds = Double(s.duration.components.seconds) + Double(s.duration.components.attoseconds) * 1e-18
  print(name, s.states, s.transitions, s.plies, seconds, Double(s.states) / seconds / 1e6, Double(s.transitions) / seconds / 1e6, Double(ResidentMemory.peak) / Double(s.states), Double(s.bytes) / Double(s.states), s.states == subject.states, s.transitions == subject.transitions)
}
