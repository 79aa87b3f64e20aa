import CSPMNames
import CSPMSyntax
import ProcessTerms

/// Values as text, in the syntax of the language; long ones are cut in messages.
extension Evaluator {
  /// - Parameter limit: characters after which `…` stands for the rest; nil for the whole value, in which sets are
  ///   shown by their elements also where they have a name.
  func describe(_ value: Value, limit: Int? = 160) -> String {
    var text = ""
    write(value, to: &text, limit: limit)
    guard let limit, text.count > limit else { return text }
    return text.prefix(limit) + "…"
  }

  private func isFull(_ text: String, _ limit: Int?) -> Bool { limit.map { text.utf8.count > $0 * 4 } ?? false }

  private func write(_ value: Value, to text: inout String, limit: Int?) {
    if isFull(text, limit) { return }
    switch value {
    case .integer(let n): text += String(n)
    case .boolean(let b): text += b ? "true" : "false"
    case .character(let c): text += "'" + escaped(c, quote: "'") + "'"
    case .process(let p): text += processName(p)
    case .tuple(let t):
      text += "("
      write(t.elements[...], to: &text, limit: limit)
      text += ")"
    case .sequence(let s): write(s, to: &text, limit: limit)
    case .set(let s): write(s, to: &text, limit: limit)
    case .map(let m):
      text += "(|"
      for (i, (key, value)) in m.entries.enumerated() {
        text += i == 0 ? " " : ", "
        write(key, to: &text, limit: limit)
        text += " => "
        write(value, to: &text, limit: limit)
      }
      text += " |)"
    case .dot(let d):
      if let tag = d.tag { text += tag.name }
      for (i, field) in d.fields.enumerated() {
        if i > 0 || d.tag != nil { text += "." }
        write(field, to: &text, limit: limit)
      }
    case .function(let f):
      switch f.kind {
      case .closure(let code, _), .partial(let code, _, _): text += "<function \(code.name)>"
      case .builtIn(let b): text += "<function \(b.rawValue)>"
      case .relation: text += "<function relational_image>"
      case .timed(let isWait, _): text += isWait ? "<function WAIT>" : "<function timed_priority>"
      }
    case .thunk(let thunk):
      if case .done(let value) = thunk.state { write(value, to: &text, limit: limit) } else { text += "…" }
    case .context: text += "…"
    }
  }

  private func write(_ values: ArraySlice<Value>, to text: inout String, limit: Int?) {
    for (i, value) in values.enumerated() {
      if i > 0 { text += ", " }
      write(value, to: &text, limit: limit)
      if isFull(text, limit) { return }
    }
  }

  private func write(_ s: SequenceValue, to text: inout String, limit: Int?) {
    if let from = s.from {
      text += "<\(from)..>"
      return
    }
    let characters = s.chunk.compactMap { if case .character(let c) = $0 { c } else { nil as Unicode.Scalar? } }
    if s.rest == nil, !characters.isEmpty, characters.count == s.chunk.count {
      text += "\"" + characters.map { escaped($0, quote: "\"") }.joined() + "\""
      return
    }
    text += "<"
    write(s.chunk, to: &text, limit: limit)
    if s.rest != nil { text += s.chunk.isEmpty ? "…" : ", …" }
    text += ">"
  }

  private func write(_ s: SetValue, to text: inout String, limit: Int?) {
    if limit == nil, let known = s.known {
      text += "{"
      write(known[...], to: &text, limit: limit)
      text += "}"
      return
    }
    switch s.form {
    case .elements, .changed:
      let list = s.known ?? []
      text += "{"
      write(list[...], to: &text, limit: limit)
      text += "}"
    case .integers: text += "Int"
    case .integersFrom(let n): text += "{\(n)..}"
    case .characters: text += "Char"
    case .processes: text += "Proc"
    case .datatype(let d): text += d.name
    case .sequences(let b), .subsets(let b):
      if case .sequences = s.form { text += "Seq(" } else { text += "Set(" }
      write(b, to: &text, limit: limit)
      text += ")"
    case .maps(let k, let v):
      text += "Map("
      write(k, to: &text, limit: limit)
      text += ", "
      write(v, to: &text, limit: limit)
      text += ")"
    case .dotted(let parts): write(parts, between: ".", to: &text, limit: limit)
    case .tuples(let parts):
      text += "("
      write(parts, between: ", ", to: &text, limit: limit)
      text += ")"
    case .union(let a, let b):
      text += "union("
      write(a, to: &text, limit: limit)
      text += ", "
      write(b, to: &text, limit: limit)
      text += ")"
    }
  }

  private func write(_ sets: [SetValue], between separator: String, to text: inout String, limit: Int?) {
    for (i, set) in sets.enumerated() {
      if i > 0 { text += separator }
      write(set, to: &text, limit: limit)
    }
  }

  private func escaped(_ c: Unicode.Scalar, quote: Unicode.Scalar) -> String {
    switch c {
    case "\n": "\\n"
    case "\t": "\\t"
    case "\r": "\\r"
    case "\\": "\\\\"
    case quote: "\\" + String(Character(quote))
    default: String(Character(c))
    }
  }

  func processName(_ p: Process) -> String {
    let name = name(of: p)
    if !name.isEmpty { return name }
    if let origin = table.origin(p) {
      let name = self.name(of: origin)
      if !name.isEmpty { return name }
    }
    switch table.op(p) {
    case .stop: return "STOP"
    case .skip: return "SKIP"
    case .div: return "DIV"
    default: return "<process>"
    }
  }
}
