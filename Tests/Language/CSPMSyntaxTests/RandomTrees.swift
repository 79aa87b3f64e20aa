import CSPMSyntax

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers from the same seed on every machine.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Trees of every form, grown at random without regard to where brackets would be needed.
struct RandomTrees {
  var random: SplitMix64
  private let nowhere = Span(file: 0, lower: 0, upper: 0)

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
  private mutating func flip() -> Bool { Bool.random(using: &random) }

  mutating func name() -> QualifiedName {
    let names = ["a", "b", "P", "Q_1", "x'", "notable", "T", "True", "c"]
    return QualifiedName(below(8) == 0 ? ["M", names[below(names.count)]] : [names[below(names.count)]])
  }

  private mutating func identifier() -> Identifier { Identifier(name().parts.last ?? "x", at: nowhere) }
  private mutating func some<T>(_ least: Int, _ make: (inout RandomTrees) -> T) -> [T] {
    var result: [T] = []
    for _ in 0..<least + below(3) { result.append(make(&self)) }
    return result
  }

  mutating func expression(_ size: Int) -> Expression {
    Expression(kind(size), at: nowhere)
  }

  private mutating func kind(_ size: Int) -> Expression.Kind {
    let part = size / 2
    guard size > 0 else {
      switch below(6) {
      case 0: return .integer(below(100))
      case 1: return .boolean(flip())
      case 2: return .string(["", "a\"b", "\\\n", "é{-"][below(4)])
      case 3: return .character(["c", "'", "\\", "λ"][below(4)])
      default: return .name(name())
      }
    }
    let binary: [BinaryOperator] = [
      .add, .subtract, .multiply, .divide, .remainder, .equal, .notEqual, .less, .lessOrEqual, .greater,
      .greaterOrEqual, .and, .or, .concatenate, .dot,
    ]
    let process: [ProcessOperator] = [
      .externalChoice, .internalChoice, .sliding, .sequence, .interrupt, .interleave, .hide, .project,
    ]
    switch below(27) {
    case 0: return .parenthesised(expression(part))
    case 1: return .tuple(some(2) { $0.expression(part) })
    case 2: return .sequence(collection(part))
    case 3: return .set(collection(part))
    case 4: return .enumeratedSet(some(0) { $0.expression(part) }, flip() ? [] : statements(part))
    case 5: return .map(some(0) { .init(key: $0.expression(part), value: $0.expression(part)) })
    case 6, 7: return .unary([.negate, .not, .length][below(3)], expression(part))
    case 8, 9, 10: return .binary(binary[below(binary.count)], expression(part), expression(part))
    case 11: return .conditional(expression(part), then: expression(part), else: expression(part))
    case 12: return .letWithin(some(1) { $0.declaration(part, inLet: true) }, expression(part))
    case 13: return .lambda(some(1) { $0.pattern(part) }, expression(part))
    case 14: return .application(expression(part), some(0) { $0.expression(part) })
    case 15, 16: return .prefix(expression(part), some(0) { $0.field(part) }, expression(part))
    case 17: return .guarded(expression(part), expression(part))
    case 18, 19, 20: return .process(process[below(process.count)], expression(part), expression(part))
    case 21:
      return .synchronised(
        [.parallel, .exception, .externalChoice, .interrupt][below(4)], expression(part), expression(part),
        expression(part))
    case 22: return .alphabetised(expression(part), expression(part), expression(part), expression(part))
    case 23: return .linked(expression(part), pairs(part), flip() ? [] : statements(part), expression(part))
    case 24: return .renamed(expression(part), pairs(part), flip() ? [] : statements(part))
    default: return .replicated(replicated(part), statements(part), expression(part))
    }
  }

  private mutating func collection(_ size: Int) -> Expression.Collection {
    switch below(5) {
    case 0: .range(expression(size), flip() ? nil : expression(size))
    case 1: .rangeComprehension(expression(size), flip() ? nil : expression(size), statements(size))
    case 2: .comprehension(some(1) { $0.expression(size) }, statements(size))
    default: .elements(some(0) { $0.expression(size) })
    }
  }

  private mutating func replicated(_ size: Int) -> ReplicatedOperator {
    switch below(8) {
    case 0: .externalChoice
    case 1: .internalChoice
    case 2: .interleave
    case 3: .sequence
    case 4: .alphabetised(expression(size))
    case 5: .parallel(expression(size))
    case 6: .synchronisingChoice(expression(size))
    default: .linked(pairs(size), flip() ? [] : statements(size))
    }
  }

  private mutating func pairs(_ size: Int) -> [Expression.Pair] {
    some(1) { .init(left: $0.expression(size), right: $0.expression(size)) }
  }

  private mutating func statements(_ size: Int) -> [Statement] {
    some(1) { $0.flip() ? .generator($0.pattern(size), $0.expression(size)) : .condition($0.expression(size)) }
  }

  private mutating func field(_ size: Int) -> Field {
    switch below(3) {
    case 0: Field(.output(expression(size)), at: nowhere)
    case 1: Field(.input(pattern(size), flip() ? nil : expression(size)), at: nowhere)
    default: Field(.nondeterministic(pattern(size), flip() ? nil : expression(size)), at: nowhere)
    }
  }

  mutating func pattern(_ size: Int) -> Pattern {
    let part = size / 2
    let kind: Pattern.Kind
    switch size > 0 ? below(12) : below(6) {
    case 0: kind = .wildcard
    case 1: kind = .integer(below(20) - 10)
    case 2: kind = .boolean(flip())
    case 3: kind = flip() ? .string("s") : .character("c")
    case 4, 5: kind = .name(name())
    case 6: kind = .tuple(some(2) { $0.pattern(part) })
    case 7: kind = .sequence(some(0) { $0.pattern(part) })
    case 8: kind = .set(flip() ? [] : [pattern(part)])
    case 9: kind = .concatenate(pattern(part), pattern(part))
    case 10: kind = .dot(pattern(part), pattern(part))
    default: kind = .both(pattern(part), pattern(part))
    }
    return Pattern(kind, at: nowhere)
  }

  mutating func type(_ size: Int) -> TypeExpression {
    let part = size / 2
    let kind: TypeExpression.Kind
    switch size > 0 ? below(9) : 0 {
    case 0: kind = .name(name())
    case 1: kind = .set(type(part))
    case 2: kind = .sequence(type(part))
    case 3: kind = .map(type(part), type(part))
    case 4: kind = .tuple(some(2) { $0.type(part) })
    case 5: kind = .function(some(0) { $0.type(part) }, type(part))
    case 6: kind = .dot(type(part), type(part))
    case 7: kind = .dotable(type(part), type(part))
    default: kind = .extendable(TypeExpression(.name(name()), at: nowhere), type(part))
    }
    return TypeExpression(kind, at: nowhere)
  }

  mutating func declaration(_ size: Int, inLet: Bool = false) -> Declaration {
    let part = size / 2
    let kind: Declaration.Kind
    switch inLet ? below(4) : below(14) {
    case 0: kind = .binding(pattern(part), expression(part))
    case 1, 2: kind = .clause(identifier(), some(1) { $0.some(0) { $0.pattern(part) } }, expression(part))
    case 3: kind = flip() ? .transparent(some(1) { $0.identifier() }) : .external(some(1) { $0.identifier() })
    case 4: kind = .datatype(identifier(), constructors(part))
    case 5: kind = .subtype(identifier(), constructors(part))
    case 6: kind = .nametype(identifier(), expression(part))
    case 7: kind = .channel(some(1) { $0.identifier() }, flip() ? nil : expression(part))
    case 8, 9: kind = .assertion(assertion(part))
    case 10:
      kind = .module(
        .init(
          name: identifier(), parameters: some(0) { $0.pattern(part) },
          hidden: some(0) { $0.declaration(part, inLet: true) }, exported: some(0) { $0.declaration(part, inLet: true) }
        ))
    case 11: kind = .instance(identifier(), name(), some(0) { $0.expression(part) })
    default: kind = .timed(.init(duration: flip() ? nil : expression(part), declarations: some(0) { $0.declaration(part, inLet: true) }))
    }
    return Declaration(kind, at: nowhere)
  }

  private mutating func constructors(_ size: Int) -> [Declaration.Constructor] {
    some(1) { .init(name: $0.identifier(), fields: $0.flip() ? nil : $0.expression(size)) }
  }

  private mutating func assertion(_ size: Int) -> Assertion {
    let models: [Assertion.Model] = [
      .traces, .failures, .failuresDivergences, .revivals, .revivalsDivergences, .refusalTraces,
      .refusalTracesDivergences,
    ]
    let model = models[below(models.count)]
    let properties: [Assertion.Property] = [
      .deadlockFree, .divergenceFree, .deterministic,
      .hasTrace(Expression(.sequence(.elements(some(0) { $0.expression(size) })), at: nowhere)),
    ]
    let property = properties[below(properties.count)]
    let kind: Assertion.Kind =
      flip()
      ? .refinement(expression(size), model, expression(size))
      : .property(expression(size), property, flip() ? nil : property.models[below(property.models.count)])
    var options: [Assertion.Option] = []
    if below(3) == 0 { options.append(.tauPriority(expression(size))) }
    if below(3) == 0 { options.append(.partialOrderReduce([nil, "precise", "hybrid", "fast"][below(4)])) }
    return Assertion(kind, isNegated: flip(), options: options)
  }
}
