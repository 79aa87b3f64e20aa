/// Trees to text that parses to the same tree.
///
/// Brackets that were written are in the tree and are printed; brackets that a made-up tree needs are added, judged by
/// the parser's own table of levels. Printing takes trees apart with an explicit stack, so that their height costs no
/// stack space.
///
/// I1. Parsing what is printed gives the tree again, apart from spans and from `.parenthesised` where brackets had to
///     be added.
/// I2. Where two pieces would run together into another token, a blank keeps them apart.
struct Printer {
  /// A piece of text, or a tree that is still to be taken apart.
  enum Item {
    case text(String)
    /// A line break before something that is indented so many steps.
    case line(Int)
    /// An expression; `sequence` if `>` would close a sequence in it.
    case expression(Expression, sequence: Bool, indentation: Int)
    case pattern(Pattern)
    case declaration(Declaration, isFirst: Bool, indentation: Int)
  }

  private var output: [UInt8] = []
  private let isOneLine: Bool

  /// The items as text. If `oneLine`, line breaks become blanks, and the declarations of a `let` run together.
  static func text(of items: [Item], oneLine: Bool = false) -> String {
    var printer = Printer(isOneLine: oneLine)
    var stack = Array(items.reversed())
    while let item = stack.popLast() {
      switch item {
      case .text(let text): printer.append(text)
      case .line(let indentation): printer.breakLine(indentation)
      case .expression(let expression, let sequence, let indentation):
        stack += Self.parts(of: expression, sequence: sequence, indentation: indentation).reversed()
      case .pattern(let pattern): stack += Self.parts(of: pattern).reversed()
      case .declaration(let declaration, let isFirst, let indentation):
        stack += Self.parts(of: declaration, isFirst: isFirst, indentation: indentation).reversed()
      }
    }
    return String(decoding: printer.output, as: UTF8.self)
  }

  private init(isOneLine: Bool) { self.isOneLine = isOneLine }

  /// Names end with their piece of text, so that one that is `print` is seen here.
  private mutating func append(_ text: String) {
    guard let last = output.last, let first = text.utf8.first else { return output += text.utf8 }
    if Self.runTogether.contains([last, first]) { output.append(UInt8(ascii: " ")) }
    // `print` is a name where no blank follows it, and otherwise takes the rest of the line.
    if isBlank(first), last == UInt8(ascii: "t"), endsWithPrint { output += "{--}".utf8 }
    output += text.utf8
  }

  private var endsWithPrint: Bool {
    output.suffix(5).elementsEqual("print".utf8) && output.dropLast(5).last.map(isNameByte) != true
  }

  private mutating func breakLine(_ indentation: Int) {
    if isOneLine { return append(" ") }
    output.append(UInt8(ascii: "\n"))
    output += repeatElement(UInt8(ascii: " "), count: 2 * indentation)
  }

  /// The pairs of bytes that begin a token or a comment, other than `[T=` and its like and `(|`, which needs a blank.
  static let runTogether: Set<[UInt8]> = {
    var pairs: Set<[UInt8]> = [Array("--".utf8), Array("{-".utf8)]
    for kind in Token.Kind.allCases where kind != .leftMap {
      let spelling = Array(kind.rawValue.utf8)
      if spelling.count > 1, !isLetter(spelling[0]), !isLetter(spelling[1]) { pairs.insert(Array(spelling[0...1])) }
    }
    return pairs
  }()

  /// Items with a piece of text between every two.
  static func joined(_ items: [Item], by separator: String = ", ") -> [Item] {
    var joined: [Item] = []
    joined.reserveCapacity(2 * items.count)
    for item in items {
      if !joined.isEmpty { joined.append(.text(separator)) }
      joined.append(item)
    }
    return joined
  }
}

extension Expression: CustomStringConvertible {
  /// The expression as CSPm.
  public var description: String {
    Printer.text(of: [.expression(self, sequence: false, indentation: 0)])
  }
}

extension Pattern: CustomStringConvertible {
  /// The pattern as CSPm.
  public var description: String { Printer.text(of: [.pattern(self)]) }
}

extension Statement: CustomStringConvertible {
  /// The statement as CSPm.
  public var description: String {
    Printer.text(of: Printer.parts(of: [self], sequence: false, indentation: 0))
  }
}

extension Declaration: CustomStringConvertible {
  /// The declaration as CSPm.
  public var description: String { Printer.text(of: [.declaration(self, isFirst: true, indentation: 0)]) }
}

extension Assertion: CustomStringConvertible {
  /// The assertion on one line without `assert`, as FDR names it in results: `not P :[deadlock free [F]]`.
  public var description: String { Printer.text(of: Printer.parts(of: self, indentation: 0), oneLine: true) }
}

extension TypeScheme: CustomStringConvertible {
  /// The type as CSPm.
  public var description: String { Printer.text(of: Printer.parts(of: self)) }
}

extension TypeExpression: CustomStringConvertible {
  /// The type as CSPm.
  public var description: String { Printer.text(of: Printer.parts(of: self)) }
}

extension Script: CustomStringConvertible {
  /// The script as CSPm, one declaration a line, without comments. What an `include` brought stands behind it, so this
  /// is the whole script only if the `include` lines are left out.
  public var description: String {
    Printer.text(of: Printer.parts(of: declarations, firstIsFirst: true, indentation: 0).dropFirst() + [.text("\n")])
  }
}
