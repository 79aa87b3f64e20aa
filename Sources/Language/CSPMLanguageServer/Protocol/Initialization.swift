/// What client and server tell each other about what they can do.
struct InitializeParameters: Decodable, Sendable {
  var capabilities: ClientCapabilities?
}

/// Of the client's capabilities, those that change what the server does; all of them may be missing.
struct ClientCapabilities: Decodable, Sendable {
  struct General: Decodable, Sendable { var positionEncodings: [String]? }
  struct Window: Decodable, Sendable { var workDoneProgress: Bool? }
  struct Refresh: Decodable, Sendable { var refreshSupport: Bool? }
  struct Registration: Decodable, Sendable { var dynamicRegistration: Bool? }
  struct Workspace: Decodable, Sendable {
    var codeLens: Refresh?
    var didChangeWatchedFiles: Registration?
  }
  struct Hover: Decodable, Sendable { var contentFormat: [String]? }
  struct Symbols: Decodable, Sendable { var hierarchicalDocumentSymbolSupport: Bool? }
  struct Publishing: Decodable, Sendable { var relatedInformation: Bool? }
  struct TextDocument: Decodable, Sendable {
    var hover: Hover?
    var documentSymbol: Symbols?
    var publishDiagnostics: Publishing?
  }

  var general: General?
  var window: Window?
  var workspace: Workspace?
  var textDocument: TextDocument?
}

/// What was agreed on, in the form in which the server asks for it.
struct Agreement: Sendable {
  let encoding: PositionEncoding
  let showsProgress: Bool
  let refreshesLenses: Bool
  let watchesFiles: Bool
  let usesMarkdown: Bool
  let nestsSymbols: Bool
  let showsRelated: Bool

  init(_ client: ClientCapabilities?) {
    encoding = .agreed(among: client?.general?.positionEncodings)
    showsProgress = client?.window?.workDoneProgress ?? false
    refreshesLenses = client?.workspace?.codeLens?.refreshSupport ?? false
    watchesFiles = client?.workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false
    usesMarkdown = client?.textDocument?.hover?.contentFormat?.contains("markdown") ?? false
    nestsSymbols = client?.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport ?? false
    showsRelated = client?.textDocument?.publishDiagnostics?.relatedInformation ?? false
  }
}

struct InitializeResult: Encodable {
  struct ServerInformation: Encodable {
    var name = "martlet"
    var version: String
  }
  struct Synchronization: Encodable {
    var openClose = true
    /// Incremental.
    var change = 2
    var save = false
  }
  struct Completion: Encodable { var triggerCharacters = [":"] }
  struct Tokens: Encodable {
    var legend = SemanticTokens.Legend()
    var full = true
    var range = true
  }
  struct Commands: Encodable {
    var commands = [AssertionReference.command]
    var workDoneProgress = true
  }
  struct Renaming: Encodable { var prepareProvider = true }
  struct Capabilities: Encodable {
    var positionEncoding: PositionEncoding
    var textDocumentSync = Synchronization()
    var hoverProvider = true
    var definitionProvider = true
    var referencesProvider = true
    var documentHighlightProvider = true
    var documentSymbolProvider = true
    var foldingRangeProvider = true
    var documentFormattingProvider = true
    var renameProvider = Renaming()
    var completionProvider = Completion()
    var semanticTokensProvider = Tokens()
    var codeLensProvider = Empty()
    var executeCommandProvider = Commands()
  }

  var capabilities: Capabilities
  var serverInfo: ServerInformation

  init(_ encoding: PositionEncoding, version: String) {
    capabilities = Capabilities(positionEncoding: encoding)
    serverInfo = ServerInformation(version: version)
  }
}

/// Asks the client to tell of changes of scripts on the disk.
struct WatchingRegistration: Encodable {
  struct Watcher: Encodable { var globPattern = "**/*.csp*" }
  struct Options: Encodable { var watchers = [Watcher()] }
  struct Registration: Encodable {
    var id = "martlet-files"
    var method = "workspace/didChangeWatchedFiles"
    var registerOptions = Options()
  }
  var registrations = [Registration()]
}
