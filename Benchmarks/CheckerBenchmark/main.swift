// CheckerBenchmark [--rule-sets|--rules|--terms] [--model T|F|FD] [--workers N] [--memory MEGABYTES --spill DIRECTORY]
// [--repeat N] NAME…: checks that hold, on compositions of known size. One row of tab-separated values a run; exit code 1
// if a verdict or a count is wrong. See ../METHOD.md for what is measured and how; to measure memory, give one name a
// process.
import CheckerModels
import ProcessTerms
import Refinement
import TransitionSystems

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The exact sizes, as a network and as process terms.
struct Subject {
  var name: String, states: Int, transitions: Int, network: () -> Network
  var philosophers: Int { name.split(separator: "-").last.flatMap { Int($0) } ?? 0 }
}

let subjects = [
  Subject(name: "philosophers-6", states: 46_656, transitions: 246_612) { .philosophers(6) },
  Subject(name: "philosophers-7", states: 279_934, transitions: 1_726_256) { .philosophers(7) },
  Subject(name: "philosophers-8", states: 1_679_616, transitions: 11_837_296) { .philosophers(8) },
  Subject(name: "philosophers-9", states: 10_077_694, transitions: 79_901_712) { .philosophers(9) },
  Subject(name: "philosophers-10", states: 60_466_176, transitions: 532_678_220) { .philosophers(10) },
  Subject(name: "eating-philosophers-9", states: 10_077_694, transitions: 79_901_712) {
    .philosophers(9).hiding { $0 % 7 != 5 }
  },
  Subject(name: "eating-philosophers-10", states: 60_466_176, transitions: 532_678_220) {
    .philosophers(10).hiding { $0 % 7 != 5 }
  },
  Subject(name: "knights-3x7", states: 3_879_876, transitions: 11_824_384) { .knights(3, 7) },
  Subject(name: "knights-5x5", states: 67_603_900, transitions: 259_598_976) { .knights(5, 5) },
  Subject(name: "solitaire", states: 187_636_299, transitions: 1_487_175_000) { .solitaire() },
  Subject(name: "pegs-6x5", states: 41_799_401, transitions: 360_724_845) { .pegs(6, 5) },
  Subject(name: "hidden-pegs-6x5", states: 41_799_401, transitions: 360_724_845) { .pegs(6, 5).hiding { _ in true } },
  Subject(name: "token-ring-18", states: 7_077_888, transitions: 69_599_232) { .tokenRing(18) },
  Subject(name: "hasty-philosophers-14", states: 4_782_968, transitions: 44_641_030) { .hastyPhilosophers(14) },
  Subject(name: "milner-18", states: 7_077_888, transitions: 67_239_936) { .milnerScheduler(18) },
  Subject(name: "milner-20", states: 31_457_280, transitions: 330_301_440) { .milnerScheduler(20) },
  Subject(name: "milner-22", states: 138_412_032, transitions: 1_591_738_368) { .milnerScheduler(22) },
  Subject(name: "bully-5", states: 2_874, transitions: 16_605) { .bullyElection(5) },
  Subject(name: "bully-6", states: 45_725, transitions: 347_982) { .bullyElection(6) },
  Subject(name: "bully-7", states: 1_003_310, transitions: 9_591_909) { .bullyElection(7) },
  Subject(name: "sliding-window-3x3", states: 824_696, transitions: 3_641_064) { .slidingWindow(3, capacity: 3) },
  Subject(name: "sliding-window-4x3", states: 4_317_130, transitions: 19_435_810) { .slidingWindow(4, capacity: 3) },
]

func fail(_ message: String, _ code: Int32) -> Never {
  print(message)
  exit(code)
}

func rounded(_ x: Double, _ digits: Int) -> String {
  let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
  return "\((x * scale).rounded() / scale)"
}

/// Explores all of `network` against a specification that allows every event and, unless the model is that of traces,
/// every refusal; it never diverges.
func explore(_ network: Network, _ checker: NetworkChecker, _ model: SemanticModel) throws -> Outcome<[Int32]> {
  let tau: Int32 = 0, events = Set(network.rules.map(\.result)).subtracting([tau])
  let all = events.map { ExplicitSystem.Edge(label: $0, target: 0) }
  let anything = ExplicitSystem(
    successors: model == .traces ? [all] : [all + [ExplicitSystem.Edge(label: tau, target: 1)], []])
  return try checker.refinement(specification: Network(anything), implementation: network, model)
}

/// The same on process terms, explored one by one.
func exploreTerms(_ n: Int) throws -> Outcome<Process> {
  let terms = PhilosopherTerms(n), checker = Checker(terms.table)
  checker.flattens = false
  let events = (Int(Event.firstVisible)..<terms.table.alphabet.count).map { Event(id: Int32($0)) }
  let anything = terms.table.run(terms.table.set(events))
  return try checker.run(.refinement(specification: anything, implementation: terms.system, .traces))
}

func measure(_ subject: Subject, _ checker: NetworkChecker, _ model: SemanticModel, terms: Bool) throws {
  let before = ResidentMemory.now, statistics: Statistics, holds: Bool
  if terms, subject.philosophers > 0 {
    let outcome = try exploreTerms(subject.philosophers)
    (statistics, holds) = (outcome.statistics, outcome.holds == true)
  } else {
    let outcome = try explore(subject.network(), checker, model)
    (statistics, holds) = (outcome.statistics, outcome.holds == true)
  }
  let grown = ResidentMemory.peak - before
  guard holds else { fail("\(subject.name): should hold", 1) }
  guard statistics.states == subject.states, statistics.transitions == subject.transitions else {
    fail("\(subject.name): \(statistics.states) states, \(statistics.transitions) transitions", 1)
  }
  let time = statistics.duration.components, seconds = Double(time.seconds) + Double(time.attoseconds) * 1e-18
  let states = Double(statistics.states)
  let row = [
    subject.name, "\(statistics.states)", "\(statistics.transitions)", "\(statistics.plies)", rounded(seconds, 3),
    rounded(states / seconds / 1e6, 2), rounded(Double(statistics.transitions) / seconds / 1e6, 1),
    rounded(Double(grown) / states, 1), rounded(Double(statistics.bytes) / states, 1),
  ]
  print(row.joined(separator: "\t"))
}

var checker = NetworkChecker(), names: [String] = [], runs = 1, terms = false, model = SemanticModel.traces
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let argument = arguments.next() {
  switch argument {
  case "--rule-sets": checker.generator = .ruleSets
  case "--rules": checker.generator = .rules
  case "--terms": terms = true
  case "--model":
    let name = arguments.next() ?? ""
    guard let known = SemanticModel(rawValue: name) else { fail("--model takes T, F or FD, not '\(name)'", 2) }
    model = known
  case "--workers": checker.limits.workers = arguments.next().flatMap(Int.init) ?? 1
  case "--memory": checker.limits.memory = arguments.next().flatMap(Int.init).map { $0 << 20 }
  case "--spill": checker.limits.spill = arguments.next()
  case "--repeat": runs = arguments.next().flatMap(Int.init) ?? 1
  default: names.append(argument)
  }
}
if terms, model != .traces { fail("--terms goes with --model T", 2) }
let chosen = names.map { name in subjects.first { $0.name == name } }
if chosen.isEmpty || chosen.contains(where: { $0 == nil }) {
  let known = subjects.map(\.name).joined(separator: "|")
  let options = """
    [--rule-sets|--rules|--terms] [--model T|F|FD] [--workers N] [--memory MEGABYTES --spill DIRECTORY] [--repeat N]
    """
  fail("usage: CheckerBenchmark \(options) \(known) …", 2)
}
// The pages of the program itself are in memory after this.
_ = try explore(.philosophers(4), checker, model)
print("name\tstates\ttransitions\tplies\tseconds\tMstates/s\tMtransitions/s\tresident B/state\tsearch B/state")
for subject in chosen { for _ in 0..<runs { try measure(subject!, checker, model, terms: terms) } }
