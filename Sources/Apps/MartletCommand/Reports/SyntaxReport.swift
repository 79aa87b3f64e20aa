import CSPMSyntax

/// What `martlet parse` found, as one line of JSON.
///
/// Written piece by piece along the walk: an encoder would recurse as deep as the tree is high.
struct SyntaxReport {
  let line: String

  init(_ loaded: LoadedScript, path: String, includesTree: Bool) {
    let renderer = DiagnosticRenderer(files: loaded.files)
    let records = loaded.diagnostics.map { JSONText.encoded(renderer.record($0)) }
    var text = "{\"diagnostics\":[\(records.joined(separator: ","))],\"file_name\":\(JSONText.encoded(path))"
    if includesTree {
      text += ",\"tree\":"
      SyntaxNode(loaded.script).walk(
        enter: { node, _, isFirst in
          text += (isFirst ? "" : ",") + "{\"kind\":\(JSONText.encoded(node.kind))"
          if let detail = node.detail { text += ",\"detail\":\(JSONText.encoded(detail))" }
          if let span = node.span {
            let file = loaded.files[span]
            let start = file.position(of: span.lower), end = file.position(of: span.upper)
            text += ",\"file\":\(JSONText.encoded(file.path))"
            text += ",\"start\":[\(start.line),\(start.column)],\"end\":[\(end.line),\(end.column)]"
          }
          text += ",\"children\":["
        }, leave: { _ in text += "]}" })
    }
    line = text + "}"
  }
}
