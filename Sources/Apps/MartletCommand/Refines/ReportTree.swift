#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A report as a tree of values, to be written in other notations than JSON.
struct ReportTree {
  private indirect enum Node: Decodable {
    case null
    case number(Int)
    case boolean(Bool)
    case text(String)
    case list([Node])
    case record([String: Node])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Int.self) {
        self = .number(value)
      } else if let value = try? container.decode(Bool.self) {
        self = .boolean(value)
      } else if let value = try? container.decode(String.self) {
        self = .text(value)
      } else if let value = try? container.decode([Node].self) {
        self = .list(value)
      } else {
        self = .record(try container.decode([String: Node].self))
      }
    }
  }

  private let root: Node

  /// - Parameter json: what `JSONReport` wrote.
  init(json: String) { root = (try? JSONDecoder().decode(Node.self, from: Data(json.utf8))) ?? .null }

  // MARK: YAML

  /// One document; texts are quoted, so that none is taken for something else.
  var yaml: String { "---\n" + Self.yaml(root, "") }

  private static func yaml(_ node: Node, _ indentation: String) -> String {
    switch node {
    case .record(let fields) where !fields.isEmpty:
      return fields.sorted { $0.key < $1.key }.map { key, value in
        "\(indentation)\(quoted(key)):" + nested(value, indentation)
      }.joined()
    case .list(let items) where !items.isEmpty:
      return items.map { item in "\(indentation)-" + nested(item, indentation) }.joined()
    default: return indentation + leaf(node) + "\n"
    }
  }

  private static func nested(_ node: Node, _ indentation: String) -> String {
    switch node {
    case .record(let fields) where !fields.isEmpty: "\n" + yaml(node, indentation + "  ")
    case .list(let items) where !items.isEmpty: "\n" + yaml(node, indentation + "  ")
    default: " " + leaf(node) + "\n"
    }
  }

  private static func leaf(_ node: Node) -> String {
    switch node {
    case .null: "null"
    case .number(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .text(let value): quoted(value)
    case .list: "[]"
    case .record: "{}"
    }
  }

  /// In the quotes of JSON, which YAML shares.
  private static func quoted(_ text: String) -> String { JSONText.encoded(text) }

  // MARK: XML

  /// One element a field; an element of a list is an `item`.
  var xml: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + Self.element("file", root, "") }

  private static func element(_ name: String, _ node: Node, _ indentation: String) -> String {
    // Numbers of events are keys, and no names of elements.
    let isName = name.first.map { $0.isLetter } ?? false
    let open = isName ? name : "entry key=\"\(escaped(name))\""
    let close = isName ? name : "entry"
    switch node {
    case .record(let fields):
      let inner = fields.sorted { $0.key < $1.key }.map { element($0.key, $0.value, indentation + "  ") }.joined()
      return inner.isEmpty
        ? "\(indentation)<\(open)/>\n" : "\(indentation)<\(open)>\n\(inner)\(indentation)</\(close)>\n"
    case .list(let items):
      let inner = items.map { element("item", $0, indentation + "  ") }.joined()
      return inner.isEmpty
        ? "\(indentation)<\(open)/>\n" : "\(indentation)<\(open)>\n\(inner)\(indentation)</\(close)>\n"
    case .null: return "\(indentation)<\(open)/>\n"
    case .number(let value): return "\(indentation)<\(open)>\(value)</\(close)>\n"
    case .boolean(let value): return "\(indentation)<\(open)>\(value)</\(close)>\n"
    case .text(let value): return "\(indentation)<\(open)>\(escaped(value))</\(close)>\n"
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      // Not allowed in XML, not even as references.
      case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
