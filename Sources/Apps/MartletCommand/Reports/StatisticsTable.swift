import CSPM
import OperationalSemantics
import ProcessTerms
import Refinement

/// What a check took, beside its states and transitions.
enum StatisticsTable {
  /// For people: a line for compiling, one for the search, one for each compression.
  static func lines(_ statistics: Statistics, _ table: ProcessTable) -> [String] {
    let compilation = statistics.compilation
    let parts = compilation.components > 0 ? counted(compilation.components, "component") : "explored as terms"
    var rows = [
      ("compile", "\(time(compilation.duration)), \(parts)"),
      (
        "search",
        "\(grouped(statistics.plies)) \(statistics.plies == 1 ? "ply" : "plies"), \(size(statistics.bytes))"
          + (statistics.spilledBytes > 0 ? ", of these \(size(statistics.spilledBytes)) on disk" : "")
      ),
    ]
    rows += compilation.compressions.prefix(mostRows).map { report in
      (name(report, table), "\(grouped(report.statesBefore)) → \(counted(report.statesAfter, "state"))")
    }
    let others = compilation.compressions.dropFirst(mostRows)
    if !others.isEmpty { rows.append(("and \(others.count) more", "")) }
    let width = min(rows.map(\.0.count).max() ?? 0, 40)
    return rows.map { $0.1.isEmpty ? $0.0 : "\(padded($0.0, width))  \($0.1)" }
  }

  private static let mostRows = 12

  /// `normal(PAIR)`, or `CHAIN(3) by normal` where the script has a name for that.
  private static func name(_ report: CompressionReport, _ table: ProcessTable) -> String {
    guard let process = report.process else { return "sbisim of every leaf" }
    let name = table.describe(process)
    return table.origin(process) == nil ? name : "\(name) by \(report.functions.map(\.rawValue).joined(separator: ", "))"
  }

  /// For programs.
  struct JSON: Encodable {
    var compile_seconds: Double
    var components: Int
    var bytes: Int
    var spilled_bytes: Int
    var compressions: [Row]

    struct Row: Encodable {
      /// The first applied first; just `sbisim` and no process for all leaves together.
      var functions: [String]
      /// As compressed: a name of the script, or an expression.
      var process: String?
      var states_before: Int, states_after: Int
    }

    init(_ statistics: Statistics, _ table: ProcessTable) {
      let compilation = statistics.compilation
      compile_seconds = compilation.duration / .seconds(1)
      components = compilation.components
      bytes = statistics.bytes
      spilled_bytes = statistics.spilledBytes
      compressions = compilation.compressions.map { report in
        Row(
          functions: report.functions.isEmpty ? ["sbisim"] : report.functions.map(\.rawValue),
          process: report.process.map(table.describe), states_before: report.statesBefore,
          states_after: report.statesAfter)
      }
    }
  }
}
