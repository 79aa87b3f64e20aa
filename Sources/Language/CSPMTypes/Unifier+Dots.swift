import CSPMSyntax

/// Dotted types: lists of parts in which what takes a part and the part that it takes stand side by side.
///
/// A list is evaluated by letting each dotable take what stands behind it. Where that is a variable at the end of the
/// list there is a choice: it takes the place of all that is missing (longest match), or of one part (shortest match).
extension Unifier {
  enum Match { case shortest, longest }

  // MARK: Parts

  /// `a.(b.c)` and `(a.b).c` as a, b and c.
  func dotList(_ type: Type) -> [Type] {
    guard case .dot(let head, let tail) = prune(type) else { return [prune(type)] }
    return dotList(head) + dotList(tail)
  }

  /// `a.(b.c)` of a, b and c.
  func joined(_ parts: [Type]) -> Type {
    guard var type = parts.last else { return .complete }
    for part in parts.dropLast().reversed() { type = .dot(part, type) }
    return type
  }

  /// What a dotable takes, part by part, and what it yields in the end.
  func reduce(_ type: Type) -> (arguments: [Type], result: Type) {
    var arguments: [Type] = []
    var rest = prune(type)
    while case .dotable(let argument, let result) = rest {
      arguments += dotList(argument)
      rest = prune(result)
    }
    return (arguments, rest)
  }

  func dotable(_ arguments: [Type], _ result: Type) -> Type {
    arguments.reversed().reduce(result) { .dotable($1, $0) }
  }

  private func isDotable(_ type: Type) -> Bool { if case .dotable = prune(type) { true } else { false } }
  private func isVariable(_ type: Type) -> Bool { if case .variable = prune(type) { true } else { false } }

  /// The first argument of a dotable, and what is left when it is taken.
  private func firstArgument(_ type: Type) -> (argument: Type, rest: Type)? {
    let (arguments, result) = reduce(type)
    guard let first = arguments.first else { return nil }
    return (prune(first), dotable(Array(arguments.dropFirst()), result))
  }

  // MARK: Evaluation

  /// The type with all dots done that can be done, at any depth.
  func evaluateDots(_ type: Type) throws(Mismatch) -> Type {
    try step()
    switch prune(type) {
    case .set(let inner): return .set(try evaluateDots(inner))
    case .sequence(let inner): return .sequence(try evaluateDots(inner))
    case .map(let key, let value): return .map(try evaluateDots(key), try evaluateDots(value))
    case .tuple(let parts): return .tuple(try evaluateDots(parts))
    case .function(let parameters, let result): return .function(try evaluateDots(parameters), try evaluateDots(result))
    case .dot: return joined(try evaluated(dotList(type), .longest))
    case let other: return other
    }
  }

  func evaluateDots(_ types: [Type]) throws(Mismatch) -> [Type] {
    var result: [Type] = []
    for type in types { result.append(try evaluateDots(type)) }
    return result
  }

  /// - Returns: at least one part, as `parts` has.
  func evaluated(_ parts: [Type], _ match: Match) throws(Mismatch) -> [Type] {
    var parts = parts.flatMap { dotList($0) }
    var done: [Type] = []
    while parts.count > 1 {
      try step()
      let first = prune(parts[0]), next = prune(parts[1])
      if case .dot = first {
        parts.replaceSubrange(0..<1, with: dotList(first))
      } else if case .dot = next {
        parts.replaceSubrange(1..<2, with: dotList(next))
      } else if let (argument, rest) = firstArgument(first) {
        parts.removeFirst(2)
        if isVariable(next), parts.isEmpty {
          switch match {
          case .longest:
            let (arguments, result) = reduce(first)
            try unify(next, joined(arguments))
            return done + [result]
          case .shortest:
            try unify(argument, next)
            return done + [rest]
          }
        }
        if case .extendable(let base, let missing) = next {
          try unify(argument, base)
          parts.insert(.extendable(rest, missing), at: 0)
        } else if !isDotable(next) || isDotable(argument) {
          try unify(argument, next)
          parts.insert(rest, at: 0)
        } else {
          // What comes next lacks arguments of its own: they are asked for in its place.
          let (arguments, result) = reduce(next)
          try unify(argument, result)
          parts.insert(dotable(arguments, rest), at: 0)
        }
      } else if case .extendable(let base, let missing) = first {
        switch match {
        case .longest:
          let arguments = try evaluated(Array(parts.dropFirst()), .longest)
          try write(missing, dotable(arguments, .complete))
          return done + [prune(base)]
        case .shortest:
          try write(missing, .dotable(next, .complete))
          parts.replaceSubrange(0..<2, with: [base])
        }
      } else {
        done.append(first)
        parts.removeFirst()
      }
    }
    return done + [prune(parts[0])]
  }

  // MARK: Two lists

  /// Makes two lists of parts equal, the first of which is expected.
  func combine(_ a: [Type], _ b: [Type]) throws(Mismatch) -> [Type] {
    try step()
    guard let first = a.first.map(prune), let other = b.first.map(prune) else {
      if a.isEmpty, b.isEmpty { return [] }
      throw Mismatch(.types(expected: joined(a), actual: joined(b)))
    }
    let restA = Array(a.dropFirst()), restB = Array(b.dropFirst())
    if case .dot = first { return try combine(dotList(first) + restA, b) }
    if case .dot = other { return try combine(a, dotList(other) + restB) }
    if restA.isEmpty || restB.isEmpty { return [try unify(joined(a), joined(b))] }
    switch (isDotable(first), isDotable(other)) {
    case (false, false):
      // A variable with something behind it is one part: the shortest match.
      let head = try unify(first, other)
      return [head] + (try combine(restA, restB))
    case (true, _):
      switch try takeNext(first, restA) {
      case .list(let list): return try combine(list, b)
      case .ending(let arguments, let result, let variable):
        var parts = try evaluated(b, .longest)
        parts[0] = try unify(result, parts[0])
        _ = try combine(arguments + parts.dropFirst(), [variable])
        return parts
      }
    case (false, true):
      switch try takeNext(other, restB) {
      case .list(let list): return try combine(a, list)
      case .ending(let arguments, let result, let variable):
        var parts = try evaluated(a, .longest)
        parts[0] = try unify(parts[0], result)
        _ = try combine([variable], arguments + parts.dropFirst())
        return parts
      }
    }
  }

  private enum Taken {
    case list([Type])
    /// A variable ends the list and stands for all arguments, and for whatever else the other list has.
    case ending(arguments: [Type], result: Type, variable: Type)
  }

  /// Lets a dotable take what stands behind it.
  private func takeNext(_ first: Type, _ rest: [Type]) throws(Mismatch) -> Taken {
    guard let (argument, remaining) = firstArgument(first) else { return .list([first] + rest) }
    let next = prune(rest[0])
    let behind = Array(rest.dropFirst())
    if case .dot = next { return .list([first] + dotList(next) + behind) }
    if isDotable(argument) || !isDotable(next) && !(isVariable(next) && behind.isEmpty) {
      try unify(argument, next)
      return .list([remaining] + behind)
    }
    if isVariable(next) {
      let (arguments, result) = reduce(first)
      return .ending(arguments: arguments, result: result, variable: next)
    }
    let (arguments, result) = reduce(next)
    try unify(argument, result)
    return .list([dotable(arguments, remaining)] + behind)
  }
}
