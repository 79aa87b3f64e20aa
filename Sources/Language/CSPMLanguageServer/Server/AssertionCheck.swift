import CSPM
import CSPMSyntax
import Refinement
import Synchronization

/// One run of an assertion, from the command to its answer, on the thread of checks.
struct AssertionCheck: Sendable {
  let id: RequestID
  let reference: AssertionReference
  /// Where the client wants to see how it gets on; nil leaves it to the server.
  let token: RequestID?
  let cancellation: Cancellation
  let store: DocumentStore
  let configuration: LanguageServer.Configuration
  let agreement: Agreement
  let outbox: Outbox
  let pending: PendingWork
  /// Tells the workspace what has become known.
  let record: @Sendable (AssertionState?, Int, String, Fingerprint) -> Void

  func run() {
    defer { pending.end(id) }
    do throws(ResponseError) {
      outbox.answer(id, try outcome())
    } catch {
      outbox.refuse(id, error)
    }
  }

  private func outcome() throws(ResponseError) -> AssertionOutcome {
    guard !cancellation.isCancelled else { throw .cancelled }
    guard let identity = store.identity(ofURI: reference.uri) else {
      throw ResponseError(.requestFailed, "`\(reference.uri)` is not open")
    }
    let path = DocumentAddress.path(of: reference.uri)
    let reader = OverlayReader(store, over: configuration.disk)
    let session = ScriptSession(ScriptLoader(reader: reader, root: configuration.root).load(path), path: path)
    guard let assertion = session.assertions.first(where: { $0.number == reference.assertion }) else {
      throw ResponseError(.requestFailed, "the script has no assertion \(reference.assertion)")
    }
    let fingerprint = Fingerprint(session.files)
    record(.running, assertion.number, identity, fingerprint)
    let progress = CheckProgress(self, assertion.text)
    var limits = configuration.limits()
    limits.cancellation = cancellation
    let result = session.check(assertion, limits: limits) { progress.report(configuration.progress($0)) }
    progress.end()
    if cancellation.isCancelled {
      record(nil, assertion.number, identity, fingerprint)
      throw .cancelled
    }
    let (summary, details) = configuration.describe(result, session)
    let outcome = AssertionOutcome(
      assertion: assertion.text, verdict: result.verdict.rawValue, states: result.statistics.states,
      transitions: result.statistics.transitions, trace: result.counterexample?.trace, summary: summary,
      details: details)
    record(.decided(outcome), assertion.number, identity, fingerprint)
    outbox.notify("window/showMessage", ShownMessage(outcome))
    return outcome
  }
}

extension ResponseError {
  static let cancelled = ResponseError(.requestCancelled, "the request was cancelled")
}

extension ShownMessage {
  init(_ outcome: AssertionOutcome) {
    type =
      switch outcome.verdict {
      case "holds": .information
      case "error": .error
      default: .warning
      }
    message = (["\(outcome.verdict): \(outcome.assertion)", outcome.summary] + outcome.details).joined(separator: "\n")
  }
}

/// Tells the client how a check gets on, where it wants to know.
///
/// A token of the client's is used at once; one of ours only once the client has accepted it, which for a short check
/// it never does in time.
private final class CheckProgress: Sendable {
  private enum State { case waiting, accepted, begun, ended }

  private let state: Mutex<State>
  private let token: RequestID?
  private let title: String
  private let outbox: Outbox
  private let pending: PendingWork

  init(_ check: AssertionCheck, _ title: String) {
    self.title = title
    outbox = check.outbox
    pending = check.pending
    state = Mutex(check.token == nil ? .waiting : .accepted)
    token = check.token ?? (check.agreement.showsProgress ? .text("martlet-check-\(check.id)") : nil)
    guard let token else { return }
    pending.show(token, for: check.cancellation)
    if check.token == nil {
      outbox.request("window/workDoneProgress/create", ProgressToken(token: token)) { [self] in
        state.withLock { if $0 == .waiting { $0 = .accepted } }
      }
    } else {
      begin()
    }
  }

  func report(_ message: String) {
    begin()
    if state.withLock({ $0 == .begun }) { send(.init(kind: .report, message: message)) }
  }

  func end() {
    if let token { pending.hide(token) }
    let hasBegun = state.withLock { state in
      defer { state = .ended }
      return state == .begun
    }
    if hasBegun { send(.init(kind: .end)) }
  }

  private func begin() {
    let begins = state.withLock { state in
      guard state == .accepted else { return false }
      state = .begun
      return true
    }
    if begins { send(.init(kind: .begin, title: "martlet", message: title, cancellable: true)) }
  }

  private func send(_ value: ProgressParameters.Value) {
    if let token { outbox.notify("$/progress", ProgressParameters(token: token, value: value)) }
  }
}
