/// Expressions taken apart, and where they need brackets.
///
/// The parser decides at an operator by comparing its level with what waits for an operand. So a left operand needs
/// brackets if anything on its right edge would keep waiting, and a right operand if any operator on its left edge
/// would not be taken in. Both edges are followed into unbracketed operands only, which makes the answer exact for
/// trees that were parsed, and at worst one pair of brackets too many for others.
extension Printer {
  static func parts(of expression: Expression, sequence: Bool, indentation: Int) -> [Item] {
    func free(_ e: Expression, _ inSequence: Bool? = nil) -> Item {
      .expression(e, sequence: inSequence ?? sequence, indentation: indentation)
    }
    func bracketed(_ e: Expression, if needed: Bool) -> [Item] {
      needed ? [.text("("), free(e, false), .text(")")] : [free(e)]
    }
    func left(_ e: Expression, _ level: Level) -> [Item] { bracketed(e, if: !completes(e, before: level)) }
    func right(_ e: Expression, _ level: Level) -> [Item] { bracketed(e, if: !isTakenIn(e, by: level)) }
    func infix(_ l: Expression, _ op: String, _ r: Expression, _ binding: Binding) -> [Item] {
      left(l, binding.left) + [.text(op)] + right(r, binding.right)
    }
    func list(_ elements: [Expression], _ inSequence: Bool = false) -> [Item] {
      joined(elements.map { free($0, inSequence) })
    }
    func conditions(_ statements: [Statement], _ inSequence: Bool) -> [Item] {
      statements.isEmpty
        ? [] : [.text(" | ")] + parts(of: statements, sequence: inSequence, indentation: indentation)
    }
    func pairs(_ pairs: [Expression.Pair], _ op: String, _ statements: [Statement], _ inSequence: Bool) -> [Item] {
      var items: [Item] = []
      for (index, pair) in pairs.enumerated() {
        if index > 0 { items.append(.text(", ")) }
        items += [free(pair.left, inSequence), .text(op), free(pair.right, inSequence)]
      }
      return items + conditions(statements, inSequence)
    }
    func collection(_ collection: Expression.Collection, _ inSequence: Bool) -> [Item] {
      func range(_ lower: Expression, _ upper: Expression?) -> [Item] {
        [free(lower, inSequence), .text("..")] + (upper.map { [free($0, inSequence)] } ?? [])
      }
      return switch collection {
      case .elements(let elements): list(elements, inSequence)
      case .range(let lower, let upper): range(lower, upper)
      case .comprehension(let elements, let statements):
        list(elements, inSequence) + conditions(statements, inSequence)
      case .rangeComprehension(let lower, let upper, let statements):
        range(lower, upper) + conditions(statements, inSequence)
      }
    }

    switch expression.kind {
    case .integer(let value): return [.text(text(of: value))]
    case .character(let scalar): return [.text(quoted(String(scalar), by: "'"))]
    case .string(let string): return [.text(quoted(string, by: "\""))]
    case .boolean(let value): return [.text(value ? "true" : "false")]
    case .name(let name): return [.text(name.text)]
    case .parenthesised(let inner): return [.text("("), free(inner, false), .text(")")]
    case .tuple(let elements): return [.text("(")] + list(elements) + [.text(")")]
    case .sequence(.elements([])): return [.text("<>")]
    case .sequence(let elements): return [.text("<")] + collection(elements, true) + [.text(">")]
    case .set(let elements): return [.text("{")] + collection(elements, false) + [.text("}")]
    case .enumeratedSet(let elements, let statements):
      return [.text("{|")] + list(elements) + conditions(statements, false) + [.text("|}")]
    case .map([]): return [.text("(| |)")]
    case .map(let entries):
      let items = entries.map { [free($0.key, false), .text(" => "), free($0.value, false)] }
      return [.text("(| ")] + items.joined(separator: [.text(", ")]) + [.text(" |)")]
    case .unary(let op, let operand):
      return [.text(op == .not ? "not " : op.rawValue)] + right(operand, op.level)
    case .binary(.greater, _, _) where sequence: return [.text("("), free(expression, false), .text(")")]
    case .binary(.dot, let l, let r): return infix(l, ".", r, Binding(.dot))
    case .binary(let op, let l, let r): return infix(l, " \(op.rawValue) ", r, Binding(op.level))
    case .conditional(let condition, let then, let otherwise):
      return [.text("if "), free(condition), .text(" then "), free(then), .text(" else ")] + right(otherwise, .open)
    case .letWithin(let declarations, let body):
      return parts(ofLet: declarations, indentation: indentation) + right(body, .open)
    case .lambda(let patterns, let body):
      return [.text("\\ ")] + joined(patterns.map { .pattern($0) }) + [.text(" @ ")] + right(body, .open)
    case .application(let function, let arguments):
      return bracketed(function, if: !isOperand(function)) + [.text("(")] + list(arguments) + [.text(")")]

    case .prefix(let channel, let fields, let process):
      return left(channel, fields.isEmpty ? .prefix : .field)
        + fields.flatMap { parts(of: $0, sequence: sequence, indentation: indentation) }
        + [.text(" -> ")] + right(process, .prefix)
    case .guarded(let condition, let process): return infix(condition, " & ", process, Binding(.prefix))
    case .process(let op, let l, let r): return infix(l, " \(op.rawValue) ", r, op.binding)
    case .synchronised(let op, let l, let set, let r):
      let inSequence = sequence && (op == .externalChoice || op == .interrupt)
      let (open, close) = brackets(of: op)
      return left(l, op.level) + [.text(" \(open) "), free(set, inSequence), .text(" \(close) ")] + right(r, op.level)
    case .alphabetised(let l, let a, let b, let r):
      return left(l, .parallel) + [.text(" ["), free(a), .text(" || "), free(b), .text("] ")] + right(r, .parallel)
    case .linked(let l, let links, let statements, let r):
      return left(l, .parallel) + [.text(" [")] + pairs(links, " <-> ", statements, sequence) + [.text("] ")]
        + right(r, .parallel)
    case .renamed(let process, let renamings, let statements):
      return bracketed(process, if: !isOperand(process)) + [.text("[[")]
        + pairs(renamings, " <- ", statements, false) + [.text("]]")]
    case .replicated(let op, let statements, let body):
      let head: [Item], alphabet: [Item]
      switch op {
      case .externalChoice: (head, alphabet) = ([.text("[]")], [])
      case .internalChoice: (head, alphabet) = ([.text("|~|")], [])
      case .interleave: (head, alphabet) = ([.text("|||")], [])
      case .sequence: (head, alphabet) = ([.text(";")], [])
      case .alphabetised(let set): (head, alphabet) = ([.text("||")], [.text("["), free(set), .text("] ")])
      case .parallel(let set): (head, alphabet) = ([.text("[| "), free(set, false), .text(" |]")], [])
      case .synchronisingChoice(let set): (head, alphabet) = ([.text("[+ "), free(set), .text(" +]")], [])
      case .linked(let links, let conditions):
        (head, alphabet) = ([.text("[")] + pairs(links, " <-> ", conditions, sequence) + [.text("]")], [])
      }
      return head + [.text(" ")]
        + parts(of: statements, sequence: sequence, indentation: indentation, generator: " : ") + [.text(" @ ")]
        + alphabet + right(body, op.level)
    }
  }

  static func brackets(of op: SynchronisedOperator) -> (String, String) {
    switch op {
    case .parallel: ("[|", "|]")
    case .exception: ("[|", "|>")
    case .externalChoice: ("[+", "+]")
    case .interrupt: ("/+", "+\\")
    }
  }

  private static func parts(of field: Field, sequence: Bool, indentation: Int) -> [Item] {
    func operand(_ e: Expression) -> [Item] {
      let closed = rightEdge(of: e).map { $0 > .field } ?? true
      let item = Item.expression(e, sequence: sequence && closed, indentation: indentation)
      return closed ? [item] : [.text("("), item, .text(")")]
    }
    func pattern(_ p: Pattern) -> [Item] {
      if case .both = p.kind { [.text("("), .pattern(p), .text(")")] } else { [.pattern(p)] }
    }
    return switch field.kind {
    case .output(let value): [.text("!")] + operand(value)
    case .input(let p, let set): [.text("?")] + pattern(p) + (set.map { [.text(":")] + operand($0) } ?? [])
    case .nondeterministic(let p, let set): [.text("$")] + pattern(p) + (set.map { [.text(":")] + operand($0) } ?? [])
    }
  }

  /// Statements separated by commas.
  static func parts(
    of statements: [Statement], sequence: Bool, indentation: Int, generator: String = " <- "
  ) -> [Item] {
    var items: [Item] = []
    for statement in statements {
      if !items.isEmpty { items.append(.text(", ")) }
      switch statement {
      case .generator(let pattern, let set):
        items += [.pattern(pattern), .text(generator), .expression(set, sequence: sequence, indentation: indentation)]
      case .condition(let condition):
        items.append(.expression(condition, sequence: sequence, indentation: indentation))
      }
    }
    return items
  }

  // MARK: Brackets

  /// Whether all of `e` is complete when an operator of `level` follows.
  private static func completes(_ e: Expression, before level: Level) -> Bool {
    guard let edge = rightEdge(of: e) else { return true }
    return edge > level || edge == level && level.associativity == .left
  }

  /// Whether a construct of `level` takes in all of `e` as its right operand.
  private static func isTakenIn(_ e: Expression, by level: Level) -> Bool {
    guard let edge = leftEdge(of: e) else { return true }
    return edge > level || edge == level && level.associativity == .right
  }

  /// Whether `(…)` and `[[…]]` behind `e` apply to all of it.
  private static func isOperand(_ e: Expression) -> Bool { leftEdge(of: e) == nil && rightEdge(of: e) == nil }

  /// The weakest level of what waits for an operand on the right edge; nil if `e` ends closed.
  private static func rightEdge(of e: Expression) -> Level? {
    var weakest: Level?
    var e = e
    while true {
      let (level, operand): (Level, Expression)
      switch e.kind {
      case .integer(let value) where value < 0: return min(weakest ?? .sum, .sum)
      case .unary(let op, let r): (level, operand) = (op.level, r)
      case .binary(let op, _, let r): (level, operand) = (op.level, r)
      case .process(let op, _, let r): (level, operand) = (op.binding.right, r)
      case .guarded(_, let r), .prefix(_, _, let r): (level, operand) = (.prefix, r)
      case .synchronised(let op, _, _, let r): (level, operand) = (op.level, r)
      case .alphabetised(_, _, _, let r), .linked(_, _, _, let r): (level, operand) = (.parallel, r)
      case .conditional(_, _, let r), .letWithin(_, let r), .lambda(_, let r): (level, operand) = (.open, r)
      case .replicated(let op, _, let r): (level, operand) = (op.level, r)
      default: return weakest
      }
      weakest = min(weakest ?? level, level)
      e = operand
    }
  }

  /// The weakest level of the operators on the left edge; nil if `e` begins with no operand of one.
  private static func leftEdge(of e: Expression) -> Level? {
    var weakest: Level?
    var e = e
    while let (level, operand) = leftOperand(of: e) {
      weakest = min(weakest ?? level, level)
      e = operand
    }
    return weakest
  }

  /// What stands leftmost in `e`: what is no infix operator and is applied to nothing.
  static func leftmost(of e: Expression) -> Expression {
    var e = e
    while true {
      switch e.kind {
      case .application(let inner, _), .renamed(let inner, _, _): e = inner
      default:
        guard let (_, operand) = leftOperand(of: e) else { return e }
        e = operand
      }
    }
  }

  /// The left operand of an infix operator, and how strongly the operator binds to it.
  private static func leftOperand(of e: Expression) -> (Level, Expression)? {
    switch e.kind {
    case .binary(let op, let l, _): (op.level, l)
    case .process(let op, let l, _): (op.binding.left, l)
    case .guarded(let l, _): (.prefix, l)
    case .prefix(let l, let fields, _): (fields.isEmpty ? .prefix : .field, l)
    case .synchronised(let op, let l, _, _): (op.level, l)
    case .alphabetised(let l, _, _, _), .linked(let l, _, _, _): (.parallel, l)
    default: nil
    }
  }

  // MARK: Literals

  static func text(of value: Int) -> String {
    // The least integer has no literal, for the number after the minus would be too large.
    value == .min ? "(\(value + 1) - 1)" : String(value)
  }

  static func quoted(_ text: String, by quote: Unicode.Scalar) -> String {
    var result = String(quote)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\\", quote: result += "\\" + String(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    result.unicodeScalars.append(quote)
    return result
  }
}
