import CSPM
import CSPMSyntax
import ProcessTerms
import Refinement

/// The report as one line of JSON, with the fields of FDR's `refines` (FDR manual, section 3.4) and Martlet's own.
struct JSONReport {
  let line: String

  /// - Parameter showsStatistics: whether each assertion tells what it took.
  init(_ report: FileReport, showsStatistics: Bool = false) {
    line = JSONText.encoded(File(report, showsStatistics))
  }

  /// One assertion by itself, with the events that it speaks of.
  init(frame result: AssertionResult, of report: FileReport) {
    line = JSONText.encoded(Frame(result, report))
  }

  private struct Frame: Encodable {
    var file_name: String
    var event_map: [String: String]
    var result: Assertion

    init(_ result: AssertionResult, _ report: FileReport) {
      file_name = report.session.path
      self.result = Assertion(result, report.session)
      event_map = JSONReport.events(of: [self.result], report.session)
    }
  }

  /// The events that counterexamples speak of, by number.
  private static func events(of results: [Assertion], _ session: ScriptSession) -> [String: String] {
    var used: Set<Int32> = [], events: [String: String] = [:]
    for result in results { for cex in result.counterexamples ?? [] { cex.collect(&used) } }
    for id in used where id != 0 { events[String(id)] = session.table.alphabet.name(Event(id: id - 1)) }
    return events
  }

  private struct File: Encodable {
    var file_name: String
    var errors: [String], warnings: [String]
    var diagnostics: [DiagnosticMessage]
    /// Event numbers, as text since JSON has no other keys, to names.
    var event_map: [String: String]
    var results: [Assertion]
    var print_statement_results: [Print]

    init(_ report: FileReport, _ showsStatistics: Bool) {
      let session = report.session
      file_name = session.path
      let messages = report.diagnostics.map { DiagnosticMessage($0, session.files) }
      diagnostics = messages
      errors = messages.filter { $0.severity == "error" }.map(\.text)
      warnings = messages.filter { $0.severity == "warning" }.map(\.text)
      results = report.results.map {
        var result = Assertion($0, session)
        if showsStatistics { result.statistics = .init($0.statistics, session.table) }
        return result
      }
      print_statement_results = report.prints.map { Print($0.0, $0.1, session) }
      event_map = JSONReport.events(of: results, session)
    }
  }

  private struct Print: Encodable {
    var print_statement: String, location: String
    var errors: [String]
    var result: String?

    init(_ statement: ScriptPrint, _ outcome: Result<String, Diagnostic>, _ session: ScriptSession) {
      print_statement = statement.text
      location = session.files.location(statement.span)
      switch outcome {
      case .success(let text):
        errors = []
        result = text
      case .failure(let diagnostic): errors = [DiagnosticMessage(diagnostic, session.files).text]
      }
    }
  }

  private struct Assertion: Encodable {
    var assertion_string: String
    var number: Int, line: Int
    var is_negated: Int
    var verdict: String
    /// Null where there is no counterexample, so that the key is always there.
    var trace: Nullable<[String]>
    var result: Int?
    var visited_states: Int, visited_transitions: Int, visited_plys: Int
    var counterexamples: [Counterexample]?
    var errors: [String]
    var diagnostics: [DiagnosticMessage]?
    var undecided: String?
    var certificate: CertificateFields?
    var statistics: StatisticsTable.JSON?

    init(_ result: AssertionResult, _ session: ScriptSession) {
      let span = result.assertion.span
      assertion_string = result.assertion.text
      number = result.assertion.number
      line = session.files[span].position(of: span.lower).line
      is_negated = result.assertion.assertion.isNegated ? 1 : 0
      verdict = result.verdict.rawValue
      errors = result.diagnostics.map { DiagnosticMessage($0, session.files).text }
      visited_states = result.statistics.states
      visited_transitions = result.statistics.transitions
      visited_plys = result.statistics.plies
      switch result.verdict {
      case .holds, .fails: self.result = result.verdict == .holds ? 1 : 0
      case .undecided: undecided = result.limit.map { $0.words(of: result.statistics) }
      case .unchecked: break
      case .error: diagnostics = result.diagnostics.map { DiagnosticMessage($0, session.files) }
      }
      certificate = result.certificate.map(CertificateFields.init)
      trace = Nullable(value: result.counterexample?.trace)
      counterexamples = result.counterexample.map { [Counterexample($0, result, session)] } ?? []
    }
  }

  /// `full` with states; `walks` with their number, length and seed; `unfinished` with the limit.
  private struct CertificateFields: Encodable {
    var kind: String
    var states: Int?
    var walks: Int?, walk_length: Int?, seed: UInt64?
    var limit: String?

    init(_ certificate: Certificate) {
      switch certificate {
      case .inFull(let states): (kind, self.states) = ("full", states)
      case .byWalks(let count, let length, let seed):
        (kind, walks, walk_length, self.seed) = ("walks", count, length, seed)
      case .unfinished(let limit): (kind, self.limit) = ("unfinished", limit.words)
      }
    }
  }

  private struct Counterexample: Encodable {
    var type: String
    var implementation_behaviour: Behaviour
    var specification_behaviour: Behaviour?
    var explanation: String

    init(_ cex: ExplainedCounterexample, _ result: AssertionResult, _ session: ScriptSession) {
      let found = cex.counterexample
      let events = found.behaviour.steps.map(\.event)
      let name = result.assertion.subject
      func behaviour(_ type: String, _ trace: [Event]) -> Behaviour {
        Behaviour(type: type, machine_name: name, trace, cex.components.count > 1 ? cex.components : [])
      }
      explanation = CounterexampleText(session).summary(cex)
      switch found.kind {
      case .eventNotAllowed(let event):
        type = "trace"
        implementation_behaviour = behaviour("trace", events.dropLast())
        implementation_behaviour.error_event = number(event)
      case .refusalNotAllowed(let offered), .traceRefused(_, let offered):
        type = "failure"
        implementation_behaviour = behaviour("min_acceptance", events)
        implementation_behaviour.acceptance = offered.map(number)
      case .divergence(let stem, _):
        type =
          switch result.assertion.assertion.kind {
          case .refinement: "refinement_divergence"
          case .property(_, .deadlockFree, _): "deadlock"
          case .property(_, .deterministic, _): "determinism"
          case .property: "divergence"
          }
        implementation_behaviour = behaviour("loop", cex.steps)
        implementation_behaviour.loop_start = events.count + stem.count
      case .deadlock:
        type = "deadlock"
        implementation_behaviour = behaviour("min_acceptance", events)
        implementation_behaviour.acceptance = []
      case .nondeterminism(let event, let other, let offered):
        type = "determinism"
        implementation_behaviour = behaviour("trace", events.dropLast())
        implementation_behaviour.error_event = number(event)
        var second = Behaviour(
          type: "min_acceptance", machine_name: name, other.steps.map(\.event), cex.other?.components ?? [])
        second.acceptance = offered.map(number)
        specification_behaviour = second
      case .traceImpossible:
        type = "trace"
        implementation_behaviour = behaviour("trace", events)
      }
      if let allowed = found.allowed, let specification = result.assertion.specification {
        var second = Behaviour(
          type: "trace", machine_name: specification, found.behaviour.steps.map(\.event), [])
        second.allowed_events = allowed.events.map(number)
        second.allowed_acceptances = allowed.acceptances.map { $0.map(number) }
        specification_behaviour = second
      }
    }

    func collect(_ used: inout Set<Int32>) {
      implementation_behaviour.collect(&used)
      specification_behaviour?.collect(&used)
    }
  }

  private struct Behaviour: Encodable {
    var type: String
    var machine_name: String
    /// Events by number; 0 is a step in which this machine takes no part.
    var trace: [Int32]
    var error_event: Int32?
    var acceptance: [Int32]?
    var loop_start: Int?
    var allowed_events: [Int32]?
    var allowed_acceptances: [[Int32]]?
    var child_behaviours: [Behaviour]

    init(
      type: String, machine_name: String, _ trace: [Event], _ components: [ExplainedCounterexample.Component]
    ) {
      self.type = type
      self.machine_name = machine_name
      self.trace = trace.map(number)
      child_behaviours = components.map {
        var child = Behaviour(type: "min_acceptance", machine_name: $0.name, [], [])
        child.trace = $0.events.map { $0.map(number) ?? 0 }
        child.acceptance = ($0.offers ?? []).map(number)
        return child
      }
    }

    func collect(_ used: inout Set<Int32>) {
      used.formUnion(trace + (acceptance ?? []) + (allowed_events ?? []) + (allowed_acceptances ?? []).flatMap { $0 })
      if let error_event { used.insert(error_event) }
      for child in child_behaviours { child.collect(&used) }
    }
  }
}

/// An optional that is written as null.
private struct Nullable<Value: Encodable>: Encodable {
  var value: Value?
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let value { try container.encode(value) } else { try container.encodeNil() }
  }
}

/// The number of an event in a report: one more than its id, since 0 means "takes no part".
private func number(_ event: Event) -> Int32 { event.id + 1 }
