// Runs the scenarios of ChannelScenarios, PrimitiveScenarios and NurseryScenarios in a process of their own, so that
// the way to park, the number of workers, the global executor and the sanitizer can be chosen. Prints a line each, then a
// summary; exits 1 if one failed.
//
//   ChannelScenarioRunner [--adopt] [--operations N] [--seed N] [--repeat N] [--skip WORDS] [--list | --idle]
//                         [words of names …]
import BlockingKernels
import CSP
import ChannelScenarios
import Foundation
import InspectionScenarios
import NurseryScenarios
import PrimitiveScenarios

@main struct ScenarioRunner {
  static func main() async {
    let options = Options(CommandLine.arguments.dropFirst())
    if options.adopt { Scheduler.adoptGlobalExecutor() }
    let all = Scenario.all + Scenario.primitives + Scenario.nurseries + Scenario.inspection + Scenario.kernels
    let scenarios = all.filter(options.selects)
    if options.list {
      for scenario in scenarios { report("\(scenario)") }
      return
    }
    if options.idle { exit(await isIdle() ? 0 : 1) }
    let watchdog = Watchdog()
    var failures = 0
    for _ in 0..<options.rounds {
      for scenario in scenarios {
        watchdog.begin(scenario.description)
        let start = ContinuousClock.now
        do {
          try await scenario.run(options.load)
          report("ok      \(milliseconds(since: start))  \(scenario)")
        } catch {
          failures += 1
          report("FAILED  \(milliseconds(since: start))  \(scenario)\n        \(error)")
        }
      }
    }
    watchdog.end()
    let count = scenarios.count * options.rounds
    report(
      "\(count) scenarios, \(failures) failed; parking \(Scheduler.parking); workers \(Scheduler.workerCount); "
        + "adopted \(options.adopt); operations \(options.load.operations); seed \(options.load.seed)")
    exit(failures == 0 && count > 0 ? 0 : 1)
  }

  private static func milliseconds(since start: ContinuousClock.Instant) -> String {
    let (seconds, attoseconds) = (ContinuousClock.now - start).components
    let text = String(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    return String(repeating: " ", count: max(0, 6 - text.count)) + text + " ms"
  }
}

func report(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
