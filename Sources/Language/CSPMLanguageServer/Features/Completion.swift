import CSPMNames
import CSPMSyntax
import CSPMTypes

/// A name or a word that could stand at a place.
struct CompletionItem: Encodable, Hashable {
  /// Numbers of the protocol.
  enum Kind: Int, Encodable {
    case function = 3, variable = 6, `class` = 7, module = 9, value = 12, `enum` = 13, keyword = 14, enumMember = 20
    case event = 23, typeParameter = 25
  }

  var label: String
  var kind: Kind
  /// Its type.
  var detail: String?
}

extension DocumentView {
  /// What could stand at a place: the members of a module behind `M::`; otherwise the names of the top level, those of
  /// the declaration around the place, and the words of the language. The client picks by what is typed already.
  func completions(at position: Position) -> [CompletionItem] {
    let offset = offset(position)
    let before = lines.bytes[..<offset]
    let start = before.lastIndex { !isNamePart($0) }.map { $0 + 1 } ?? 0
    if start >= 2, before[start - 1] == UInt8(ascii: ":"), before[start - 2] == UInt8(ascii: ":") {
      let path = before[..<(start - 2)]
      let first = path.lastIndex { !isNamePart($0) && $0 != UInt8(ascii: ":") }.map { $0 + 1 } ?? 0
      return members(of: String(decoding: path[first...], as: UTF8.self))
    }
    var items = analysis.names.visible.map { item($0.key, $0.value) }
    let known = Set(items.map(\.label))
    items += words(from: chunk(before: offset), to: start).subtracting(known).map { .init(label: $0, kind: .variable) }
    items += Token.Kind.words.map { .init(label: $0, kind: .keyword) }
    return items.sorted { $0.label < $1.label }
  }

  private func item(_ label: String, _ symbol: SymbolID) -> CompletionItem {
    CompletionItem(
      label: label, kind: .of(analysis.names.symbols[symbol].kind), detail: analysis.types.type(of: symbol))
  }

  private func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "'"):
      true
    default: false
    }
  }

  private func members(of path: String) -> [CompletionItem] {
    guard let symbol = analysis.names.symbol(named: path), let module = analysis.names.modules[symbol],
      module.parameters.isEmpty
    else { return [] }
    let exported = Occurrences(in: module.exported, analysis.names, files: analysis.loaded.files)
    var items: [String: CompletionItem] = [:]
    for name in exported.all where name.isDeclaration {
      let full = analysis.names.symbols[name.symbol].name
      // Names inside of the members' own bodies have no module in front.
      guard full.hasPrefix(path + "::") else { continue }
      let label = String(full.dropFirst(path.count + 2))
      if !label.contains("::") { items[label] = item(label, name.symbol) }
    }
    return items.values.sorted { $0.label < $1.label }
  }

  /// Where the declaration around a byte begins: while it is typed it does not parse, so its layout is asked.
  private func chunk(before offset: Int) -> Int {
    var line = lines.line(of: offset)
    while line > 0 {
      let range = lines.range(ofLine: line)
      if let first = range.first, isNamePart(lines.bytes[first]) { return first }
      line -= 1
    }
    return 0
  }

  private func words(from lower: Int, to upper: Int) -> Set<String> {
    var words: Set<String> = []
    for token in tokens where token.kind == .identifier && token.lower >= lower && token.upper < upper {
      words.insert(lines.text(Int(token.lower)..<Int(token.upper)))
    }
    return words
  }
}

extension CompletionItem.Kind {
  static func of(_ symbol: Symbol.Kind) -> Self {
    switch symbol {
    case .builtIn, .function: .function
    case .constant, .value: .value
    case .variable: .variable
    case .atomicType, .nametype: .class
    case .channel: .event
    case .constructor: .enumMember
    case .datatype, .subtype: .enum
    case .module, .instance: .module
    case .typeVariable: .typeParameter
    }
  }
}
