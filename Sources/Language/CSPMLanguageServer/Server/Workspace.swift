import CSPM
import CSPMSyntax

/// The analyses of the open documents, what is known about their assertions, and what the client was told.
///
/// A document that another open document includes is judged as a part of that script: by itself it would lack names.
///
/// I1. It belongs to one thread, which has a large stack.
/// I2. What is published of a document is the union of what the scripts that include it say about it.
final class Workspace {
  private let configuration: LanguageServer.Configuration
  private let agreement: Agreement
  private let outbox: Outbox
  private let pending: PendingWork

  /// By the identity of the script.
  private var analyses: [String: Analysis] = [:]
  private var states: [String: AssertionStates] = [:]
  /// The last store that was looked at as a whole.
  private var store = DocumentStore()
  private var published: [String: Publication] = [:]

  private struct AssertionStates {
    /// Of the contents that were checked.
    var fingerprint: Fingerprint
    var byNumber: [Int: AssertionState]
  }

  private struct Publication: Equatable {
    var version: Int?
    var diagnostics: [PublishedDiagnostic]
  }

  init(
    _ configuration: LanguageServer.Configuration, _ agreement: Agreement, _ outbox: Outbox, _ pending: PendingWork
  ) {
    self.configuration = configuration
    self.agreement = agreement
    self.outbox = outbox
    self.pending = pending
  }

  // MARK: Analyses

  private func analysis(of identity: String, in store: DocumentStore) -> Analysis? {
    guard let document = store[identity] else { return nil }
    if let known = analyses[identity], known.isCurrent(in: store) { return known }
    let made = Analysis(
      identity, path: DocumentAddress.path(of: document.uri), in: store, disk: configuration.disk,
      root: configuration.root)
    analyses[identity] = made
    return made
  }

  /// The scripts to which an open document belongs: those that include it and are included by no other; itself, where
  /// there are none.
  private func hosts(of identity: String, in store: DocumentStore) -> [Analysis] {
    let all = store.documents.compactMap { analysis(of: $0.identity, in: store) }
    let included = all.reduce(into: Set<String>()) { $0.formUnion($1.includedIdentities) }
    let hosts = all.filter { $0.includedIdentities.contains(identity) && !included.contains($0.identity) }
    return hosts.isEmpty ? all.filter { $0.identity == identity } : hosts
  }

  /// A document as features see it; nil where it is not open.
  func view(of uri: String, in store: DocumentStore) -> DocumentView? {
    guard let identity = store.identity(ofURI: uri), let host = hosts(of: identity, in: store).first,
      let file = host.file(identity)
    else { return nil }
    return DocumentView(host, file: file, in: store, agreement.encoding)
  }

  // MARK: Publishing

  /// Looks at all documents again and publishes what has changed. Gives up when a newer change comes.
  func refresh(_ store: DocumentStore) {
    self.store = store
    let open = Set(store.documents.map(\.identity))
    analyses = analyses.filter { open.contains($0.key) }
    states = states.filter { open.contains($0.key) }
    var found: [String: [PublishedDiagnostic]] = [:]
    var seen: Set<String> = []
    for (identity, document) in store.documents {
      found[document.uri, default: []] += []
      for host in hosts(of: identity, in: store) where seen.insert(host.identity).inserted {
        guard pending.isLatest(store.revision) else { return }
        let view = DocumentView(host, file: 0, in: store, agreement.encoding)
        let parts = [
          view.diagnostics(showsRelated: agreement.showsRelated), view.diagnostics(of: states(of: host)),
        ]
        for (uri, diagnostics) in parts.joined() { found[uri, default: []] += diagnostics }
      }
    }
    guard pending.isLatest(store.revision) else { return }
    publish(found)
  }

  private func publish(_ found: [String: [PublishedDiagnostic]]) {
    var versions: [String: Int] = [:]
    for (_, document) in store.documents { versions[document.uri] = document.version }
    for uri in Set(found.keys).union(published.keys).sorted() {
      var diagnostics: [PublishedDiagnostic] = []
      // Two scripts that include one file find the same mistakes in it.
      for diagnostic in found[uri] ?? [] where !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
      let publication = Publication(version: versions[uri], diagnostics: diagnostics)
      guard published[uri] != publication else { continue }
      // Nothing was said about a file without mistakes that is not open, and nothing need be.
      if published[uri] != nil || versions[uri] != nil || !diagnostics.isEmpty {
        outbox.notify(
          "textDocument/publishDiagnostics",
          PublishParameters(uri: uri, version: publication.version, diagnostics: diagnostics))
      }
      published[uri] = found[uri] == nil ? nil : publication
    }
  }

  // MARK: Assertions

  /// What is known about the assertions of a script as it is now.
  private func states(of analysis: Analysis) -> [Int: AssertionState] {
    guard let known = states[analysis.identity], known.fingerprint == analysis.fingerprint else { return [:] }
    return known.byNumber
  }

  func codeLenses(_ view: DocumentView) -> [CodeLens] { view.codeLenses(states(of: view.analysis)) }

  /// Something has become known about an assertion of a script with certain contents; nil takes it back.
  func record(_ state: AssertionState?, of number: Int, in identity: String, _ fingerprint: Fingerprint) {
    if states[identity]?.fingerprint != fingerprint {
      states[identity] = AssertionStates(fingerprint: fingerprint, byNumber: [:])
    }
    states[identity]?.byNumber[number] = state
    if agreement.refreshesLenses { outbox.request("workspace/codeLens/refresh", Null()) }
    if case .running = state { return }
    refresh(store)
  }
}
