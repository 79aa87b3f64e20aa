import CSPMNames
import CSPMSyntax
import ProcessTerms

/// Applying the built-in functions.
extension Evaluator {
  func apply(_ builtIn: BuiltIn, _ arguments: [Value], at span: Span) throws -> Value {
    guard arguments.count == builtIn.arity else {
      throw Diagnostic(
        id: "wrong-argument-count",
        "\(builtIn.rawValue) takes \(builtIn.arity) argument\(builtIn.arity == 1 ? "" : "s"), not \(arguments.count)",
        at: span)
    }
    let a = Arguments(self, arguments, span)
    switch builtIn {
    case .card, .diff, .empty, .inter, .Inter, .member, .seq, .Seq, .set, .Set, .union, .Union:
      return try applySetFunction(builtIn, a)
    case .concat, .elem, .head, .length, .null, .tail: return try applySequenceFunction(builtIn, a)
    case .mapDelete, .mapFromList, .mapLookup, .mapMember, .mapToList, .mapUpdate, .mapUpdateMultiple, .Map:
      return try applyMapFunction(builtIn, a)
    case .extensions:
      let base = try a.normal(0)
      guard case .dot(let d) = base, d.tag != nil else {
        throw mismatch("a channel or a datatype value", base, at: span)
      }
      return .set(SetValue(unordered: d.isComplete ? [] : try completions(d, at: span)))
    case .productions: return .set(try productions(try a.normal(0), at: span))
    case .error:
      throw Diagnostic(id: "script-error", "the script says: \(try a.text(0))", at: span)
    case .show:
      let text = describe(try a.normal(0), limit: nil)
      return .sequence(normalised(text.unicodeScalars.map { .character($0) }))
    case .CHAOS: return .process(table.chaos(try eventSet(try a.set(0), at: span)))
    case .RUN: return .process(table.run(try eventSet(try a.set(0), at: span)))
    case .sbisim, .wbisim, .dbisim, .diamond, .normal, .tau_loop_factor, .explicate, .lazyenumerate, .model_compress,
      .lazynorm:
      // The rest are hints for a compiler that this one does not need.
      let operand = try a.process(0), function = CompressionFunction(rawValue: builtIn.rawValue)
      return .process(function.map { table.compress(operand, $0) } ?? operand)
    case .chase, .chase_nocache: return .process(noted(table.chase(try a.process(0)), at: span))
    case .prioritise, .prioritise_nocache:
      return .process(noted(table.prioritise(try a.process(0), try priority(try a.array(1), at: span)), at: span))
    case .prioritisepo:
      let order = try priority(events: try a.set(1), order: try a.set(2), maximal: try a.set(3), at: span)
      return .process(noted(table.prioritise(try a.process(0), order), at: span))
    case .BUFFER: return .process(try buffer(a, signals: 0))
    case .WEAK_BUFFER: return .process(try buffer(a, signals: 1))
    case .SIGNAL_BUFFER: return .process(try buffer(a, signals: 2))
    case .loop: return .process(generated(.loop(try a.process(0)), at: span))
    case .mtransclose: return .set(try representatives(a))
    case .WAIT, .timed_priority: throw defect("`\(builtIn.rawValue)` without its section", at: span)
    case .deter: return .process(table.deter(try a.process(0)))
    case .trace_watchdog: return .process(try watchdog(.traceWatchdog, a))
    case .failure_watchdog: return .process(try watchdog(.failureWatchdog, a))
    case .transpose: return .set(SetValue(unordered: try a.pairs(0).map { pair($0.1, $0.0) }))
    case .relational_image, .relational_inverse_image:
      // Curried: the relation first, the argument in a second list.
      return .function(FunctionValue(.relation(try relation(a, inverse: builtIn == .relational_inverse_image))))
    }
  }

  private func watchdog(_ op: Operator, _ a: Arguments) throws -> Process {
    let watched = try eventSet(try a.set(1), at: a.span), bark = try event(try a.normal(2), at: a.span)
    if table.contains(watched, bark) {
      throw Diagnostic(
        id: "watchdog-bark",
        "\(table.alphabet.name(bark)) is among the events that are watched, so that nothing could tell it from them",
        at: a.span)
    }
    return table.watchdog(op, of: [try a.process(0)], over: watched, bark: bark)
  }

  /// The relation as a map from each left side to the set of its right sides.
  private func relation(_ a: Arguments, inverse: Bool) throws -> MapValue {
    var images: [Value: [Value]] = [:]
    for (from, to) in try a.pairs(0) { images[inverse ? to : from, default: []].append(inverse ? from : to) }
    let map = MapValue(
      images.sorted { Value.compare($0.key, $1.key) < 0 }.map { ($0.key, .set(SetValue(unordered: $0.value))) })
    map.isNormal = true
    return map
  }

  /// `mtransclose(R, S)`: the least equivalence that R is part of, as pairs of the representative of each class, its
  /// least member in S, with the other members in S.
  ///
  /// - Complexity: almost linear in R and S (union by size, paths halved).
  private func representatives(_ a: Arguments) throws -> SetValue {
    var number: [Value: Int] = [:], parent: [Int] = [], size: [Int] = []
    func index(_ value: Value) -> Int {
      if let known = number[value] { return known }
      number[value] = parent.count
      parent.append(parent.count)
      size.append(1)
      return parent.count - 1
    }
    func root(_ i: Int) -> Int {
      var i = i
      while parent[i] != i {
        parent[i] = parent[parent[i]]
        i = parent[i]
      }
      return i
    }
    for (from, to) in try a.pairs(0) {
      var x = root(index(from)), y = root(index(to))
      if x == y { continue }
      if size[x] < size[y] { swap(&x, &y) }
      parent[y] = x
      size[x] += size[y]
    }
    var first: [Int: Value] = [:], pairs: [Value] = []
    // The elements come in ascending order.
    for value in try elements(of: try a.set(1), at: a.span) {
      guard let known = number[value] else { continue }
      if let least = first[root(known)] { pairs.append(pair(least, value)) } else { first[root(known)] = value }
    }
    return SetValue(unordered: pairs)
  }

  func pair(_ a: Value, _ b: Value) -> Value {
    let tuple = TupleValue([a, b])
    tuple.isNormal = true
    return .tuple(tuple)
  }

  // MARK: Sets

  private func applySetFunction(_ builtIn: BuiltIn, _ a: Arguments) throws -> Value {
    let span = a.span
    switch builtIn {
    case .card: return .integer(try count(try a.set(0), at: span))
    case .empty:
      let set = try a.set(0)
      return .boolean(try isFinite(set, at: span) && count(set, at: span) == 0)
    case .member: return .boolean(try contains(try a.set(1), try a.normal(0), at: span))
    case .union: return .set(try union(try a.set(0), try a.set(1), at: span))
    case .inter: return .set(try intersection(try a.set(0), try a.set(1), at: span))
    case .diff: return .set(try difference(try a.set(0), try a.set(1), at: span))
    case .Union:
      let sets = try elements(of: try a.set(0), at: span).map { try expectSet($0, at: span) }
      if try sets.allSatisfy({ try isFinite($0, at: span) }) {
        return .set(SetValue(unordered: try sets.flatMap { try elements(of: $0, at: span) }))
      }
      return .set(try sets.reduce(.empty) { try union($0, $1, at: span) })
    case .Inter:
      let sets = try elements(of: try a.set(0), at: span).map { try expectSet($0, at: span) }
      guard let first = sets.first else {
        throw Diagnostic(id: "empty-intersection", "Inter needs at least one set, there is none", at: span)
      }
      return .set(try sets.dropFirst().reduce(first) { try intersection($0, $1, at: span) })
    case .seq: return .sequence(normalised(try elements(of: try a.set(0), at: span)))
    case .Seq: return .set(SetValue(.sequences(try a.set(0))))
    case .set: return .set(SetValue(unordered: try a.array(0).map { try normal($0, at: span) }))
    default:
      let base = try a.set(0)
      return .set(SetValue(.subsets(base)))
    }
  }

  // MARK: Sequences

  private func applySequenceFunction(_ builtIn: BuiltIn, _ a: Arguments) throws -> Value {
    let span = a.span
    switch builtIn {
    case .concat:
      var whole: [Value] = []
      for piece in try a.array(0) {
        whole += try array(try expectSequence(try force(piece, at: span), at: span), at: span)
      }
      return .sequence(SequenceValue(whole))
    case .elem:
      let value = try a.value(0)
      var next: SequenceValue? = try a.sequence(1)
      while let (head, tail) = try uncons(next, at: span) {
        if try areEqual(value, head, at: span) { return .boolean(true) }
        next = tail
        try step(at: span)
      }
      return .boolean(false)
    case .length: return .integer(try length(try a.sequence(0), at: span))
    case .null: return .boolean(try uncons(try a.sequence(0), at: span) == nil)
    default:
      guard let (head, tail) = try uncons(try a.sequence(0), at: span) else {
        throw Diagnostic(id: "empty-sequence", "\(builtIn.rawValue) of an empty sequence", at: span)
      }
      return builtIn == .head ? try force(head, at: span) : .sequence(tail)
    }
  }

  // MARK: Maps

  private func applyMapFunction(_ builtIn: BuiltIn, _ a: Arguments) throws -> Value {
    let span = a.span
    switch builtIn {
    case .Map: return .set(SetValue(.maps(try a.set(0), try a.set(1))))
    case .mapFromList: return .map(try updating(.empty, with: try a.array(0), at: span))
    case .mapToList:
      let map = try a.map(0)
      return .sequence(SequenceValue(map.entries.map { .tuple(TupleValue([$0.key, $0.value])) }))
    case .mapMember: return .boolean(lookup(try a.map(0), try a.normal(1)) != nil)
    case .mapLookup:
      let key = try a.normal(1)
      guard let value = lookup(try a.map(0), key) else {
        throw Diagnostic(id: "no-such-key", "the map has no value for \(describe(key))", at: span)
      }
      return try force(value, at: span)
    case .mapDelete: return .map(removing(try a.map(0), try a.normal(1)))
    case .mapUpdate: return .map(updating(try a.map(0), try a.normal(1), a.list[2]))
    default: return .map(try updating(try a.map(0), with: try a.array(1), at: span))
    }
  }

  private func updating(_ map: MapValue, with pairs: [Value], at span: Span) throws -> MapValue {
    var result = map
    for item in pairs {
      let value = try force(item, at: span)
      guard case .tuple(let tuple) = value, tuple.elements.count == 2 else {
        throw mismatch("a pair of key and value", value, at: span)
      }
      result = updating(result, try normal(tuple.elements[0], at: span), tuple.elements[1])
    }
    return result
  }
}

/// The arguments of a built-in function, each taken as what it must be.
struct Arguments {
  let evaluator: Evaluator
  let list: [Value]
  let span: Span

  init(_ evaluator: Evaluator, _ list: [Value], _ span: Span) {
    self.evaluator = evaluator
    self.list = list
    self.span = span
  }

  func value(_ i: Int) throws -> Value { try evaluator.force(list[i], at: span) }
  func normal(_ i: Int) throws -> Value { try evaluator.normal(list[i], at: span) }
  func set(_ i: Int) throws -> SetValue { try evaluator.expectSet(try value(i), at: span) }
  func sequence(_ i: Int) throws -> SequenceValue { try evaluator.expectSequence(try value(i), at: span) }
  func map(_ i: Int) throws -> MapValue { try evaluator.expectMap(try value(i), at: span) }
  func process(_ i: Int) throws -> Process { try evaluator.named(list[i], at: span) }
  func array(_ i: Int) throws -> [Value] { try evaluator.array(try sequence(i), at: span) }

  /// A set of pairs.
  func pairs(_ i: Int) throws -> [(Value, Value)] {
    try evaluator.elements(of: try set(i), at: span).map {
      guard case .tuple(let t) = $0, t.elements.count == 2 else {
        throw evaluator.mismatch("a pair", $0, at: span)
      }
      return (t.elements[0], t.elements[1])
    }
  }

  /// A string as it was meant.
  func text(_ i: Int) throws -> String {
    var text = ""
    for item in try array(i) {
      guard case .character(let c) = try evaluator.force(item, at: span) else {
        return evaluator.describe(try normal(i))
      }
      text.unicodeScalars.append(c)
    }
    return text
  }
}
