// What nurseries, scopes, deadlines and shields must do, as a table beside that of ChannelScenarios: the same runner
// and the same tests take both. The invariants of Scenario.swift hold here too.
//
// N1. Time comes from a ManualClock, but for the few that say "the machine's clock".
// N2. Where two things race, `Jitter` delays both by yields and spins that a seed decides.
// N3. What is expected comes from the documentation of CSPNursery and, where that is silent, from Trio: its manual
//     (reference-core) and its tests (test_run.py), which the scenarios name by function.
public import ChannelScenarios

extension Scenario {
  /// All of them.
  public static let nurseries: [Scenario] =
    nursery + nurseryStarts + ready + limits + locals + handles + scopes + deadlines + shields + plainSwift + isolation + bodyResults
    + nurseryTraps + nurseryRaces + trees + nurserySizes
}
