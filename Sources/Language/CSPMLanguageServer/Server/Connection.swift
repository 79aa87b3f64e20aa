import CSPMSyntax
import Refinement

/// One client: the documents that it has open, and what becomes of each of its messages.
struct Connection {
  private enum Phase { case uninitialized, running(Agreement, Worker<Workspace>), shutDown(Worker<Workspace>) }

  private let configuration: LanguageServer.Configuration
  private let outbox: Outbox
  private let pending = PendingWork()
  private let checks: Worker<Void>
  private var phase = Phase.uninitialized
  private var store = DocumentStore()
  /// Set by `exit`: whether `shutdown` came before.
  private(set) var ending: Bool?

  init(_ configuration: LanguageServer.Configuration, _ outbox: Outbox) throws {
    self.configuration = configuration
    self.outbox = outbox
    checks = try Worker {}
  }

  /// Ends the threads, those that are busy when they have finished. Whoever took leave gets all answers first.
  func close() {
    pending.cancelChecks()
    checks.close()
    switch phase {
    case .uninitialized: break
    case .running(_, let worker): worker.close()
    case .shutDown(let worker): worker.join()
    }
  }

  mutating func receive(_ body: [UInt8]) {
    let message: IncomingMessage
    do throws(ResponseError) {
      message = try IncomingMessage(body)
    } catch {
      return outbox.refuse(nil, error)
    }
    switch message.kind {
    case .request(let id, let method):
      do throws(ResponseError) {
        try request(id, method, message)
      } catch {
        pending.end(id)
        outbox.refuse(id, error)
      }
    case .notification(let method): notification(method, message)
    case .response(let id, let isError):
      if let id { outbox.answered(id, isError: isError) }
    }
  }

  // MARK: Requests

  private mutating func request(_ id: RequestID, _ method: String, _ message: IncomingMessage) throws(ResponseError) {
    switch (phase, method) {
    case (.uninitialized, "initialize"): try initialize(id, message)
    case (.uninitialized, _): throw ResponseError(.serverNotInitialized, "expected `initialize` first")
    case (.running, "initialize"): throw ResponseError(.invalidRequest, "the server is initialized already")
    case (.running(_, let worker), "shutdown"):
      phase = .shutDown(worker)
      pending.cancelChecks()
      let outbox = outbox
      // Behind the requests that came before it, so that they are answered.
      worker.add { _ in outbox.answer(id, Null()) }
      worker.close()
    case (.running(let agreement, let worker), "workspace/executeCommand"):
      try execute(id, try message.parameters(), agreement, worker)
    case (.running(let agreement, let worker), _):
      guard let feature = Feature.all[method] else {
        throw ResponseError(.methodNotFound, "there is no method `\(method)`")
      }
      let answer = try feature(message)
      let cancellation = pending.begin(id)
      worker.add { [store, pending, outbox] workspace in
        defer { pending.end(id) }
        guard !cancellation.isCancelled else { return outbox.refuse(id, .cancelled) }
        answer(id, FeatureContext(workspace: workspace, store: store, agreement: agreement, outbox: outbox))
      }
    case (.shutDown, _): throw ResponseError(.invalidRequest, "the server is shutting down")
    }
  }

  private mutating func initialize(_ id: RequestID, _ message: IncomingMessage) throws(ResponseError) {
    let agreement = Agreement(try message.parameters(InitializeParameters.self).capabilities)
    do {
      let worker = try Worker { [configuration, outbox, pending] in
        Workspace(configuration, agreement, outbox, pending)
      }
      phase = .running(agreement, worker)
    } catch {
      throw ResponseError(.internalError, "the system has no thread to give")
    }
    outbox.answer(id, InitializeResult(agreement.encoding, version: configuration.version))
  }

  private func execute(
    _ id: RequestID, _ parameters: CommandParameters, _ agreement: Agreement, _ worker: Worker<Workspace>
  ) throws(ResponseError) {
    guard parameters.command == AssertionReference.command, let reference = parameters.arguments?.first else {
      throw ResponseError(.invalidParams, "expected `\(AssertionReference.command)` with a script and a number")
    }
    let check = AssertionCheck(
      id: id, reference: reference, token: parameters.workDoneToken, cancellation: pending.begin(id, isCheck: true),
      store: store,
      configuration: configuration, agreement: agreement, outbox: outbox, pending: pending
    ) { state, number, identity, fingerprint in
      worker.add { $0.record(state, of: number, in: identity, fingerprint) }
    }
    checks.add { check.run() }
  }

  // MARK: Notifications

  /// A notification has no answer, so that a malformed one is passed over.
  private mutating func notification(_ method: String, _ message: IncomingMessage) {
    switch method {
    case "exit":
      if case .shutDown = phase { ending = true } else { ending = false }
    case "$/cancelRequest":
      if let parameters = try? message.parameters(CancelParameters.self) { pending.cancel(parameters.id) }
    case "window/workDoneProgress/cancel":
      if let parameters = try? message.parameters(ProgressCancelParameters.self) {
        pending.cancel(progress: parameters.token)
      }
    default:
      guard case .running(let agreement, let worker) = phase else { return }
      if method == "initialized" {
        if agreement.watchesFiles { outbox.request("client/registerCapability", WatchingRegistration()) }
      } else if change(method, message, agreement) {
        pending.changed(to: store.revision)
        worker.add { [store, pending] workspace in
          if pending.isLatest(store.revision) { workspace.refresh(store) }
        }
      }
    }
  }

  /// - Returns: whether anything may have changed.
  private mutating func change(_ method: String, _ message: IncomingMessage, _ agreement: Agreement) -> Bool {
    switch method {
    case "textDocument/didOpen":
      guard let document = try? message.parameters(OpenParameters.self).textDocument else { return false }
      let identity = OverlayReader.identity(DocumentAddress.path(of: document.uri), configuration.disk)
      store.open(document.uri, identity: identity, version: document.version, text: document.text)
    case "textDocument/didChange":
      guard let parameters = try? message.parameters(ChangeParameters.self) else { return false }
      store.change(
        parameters.textDocument.uri, version: parameters.textDocument.version ?? 0, parameters.contentChanges,
        agreement.encoding)
    case "textDocument/didClose":
      guard let parameters = try? message.parameters(DocumentParameters.self) else { return false }
      store.close(parameters.textDocument.uri)
    case "workspace/didChangeWatchedFiles": store.diskChanged()
    default: return false
    }
    return true
  }
}
