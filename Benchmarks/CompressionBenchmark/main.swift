// CompressionBenchmark [--states N] [COMPRESSION…]: the compressions, or these, on generated systems. One row of
// tab-separated values for each. See ../METHOD.md.
import CheckerModels
import Compression
import TransitionSystems

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

func rounded(_ x: Double) -> String { "\((x * 1000).rounded() / 1000)" }

func measure(_ name: String, _ system: ExplicitSystem, _ compression: Compression) throws {
  var seconds: [Double] = [], result: CompressedSystem?
  for _ in 0..<3 {
    let start = ContinuousClock.now
    result = try system.compressed(by: compression, limits: CompressionLimits())
    let time = (ContinuousClock.now - start).components
    seconds.append(Double(time.seconds) + Double(time.attoseconds) * 1e-18)
  }
  let median = seconds.sorted()[1]
  let sizes = result.map { ["\($0.system.stateCount)", "\($0.system.edges.count)"] } ?? ["limit", "limit"]
  let row = [
    "\(compression)", name, "\(system.stateCount)", "\(system.edges.count)", sizes[0], sizes[1], rounded(median),
    rounded(Double(system.edges.count) / median / 1e6),
  ]
  print(row.joined(separator: "\t"))
  fflush(nil)
}

var states = 1_000_000, compressions: [Compression] = []
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
  if argument == "--states", let count = arguments.popFirst().flatMap({ Int($0) }), count >= 1000 {
    states = count
  } else if let named = Compression.allCases.first(where: { "\($0)" == argument }) {
    compressions.append(named)
  } else {
    let names = Compression.allCases.map { "\($0)" }.joined(separator: "|")
    print("usage: CompressionBenchmark [--states N] [\(names)]…, N at least 1000")
    exit(2)
  }
}
var random = RandomBits(1)
let systems = [
  ("local", ExplicitSystem.random(states: states, steps: 5, tauPercent: 25, tauSpan: 16, &random)),
  ("copies", ExplicitSystem.random(states: states, steps: 5, tauPercent: 25, tauSpan: 16, copies: 20, &random)),
  ("spread", ExplicitSystem.random(states: states, steps: 5, tauPercent: 15, tauSpan: states, &random)),
]
print("compression\tname\tstates\ttransitions\tstates after\ttransitions after\tseconds\tMtransitions/s")
for compression in compressions.isEmpty ? Compression.allCases : compressions {
  let mayGrow = compression == .diamond || compression == .normal
  for (name, system) in systems where !mayGrow || name == "copies" { try measure(name, system, compression) }
}
