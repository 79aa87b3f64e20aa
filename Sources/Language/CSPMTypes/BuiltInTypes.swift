import CSPMNames
import CSPMSyntax

/// The types of what is built in.
///
/// > Source: FDR manual 4.2, section "Built-in definitions".
enum BuiltInTypes {
  static func scheme(of builtIn: BuiltIn, _ unifier: Unifier) -> Scheme {
    /// A scheme over one variable.
    func one(_ constraints: Constraints, _ make: (Type) -> Type) -> Scheme {
      let variable = unifier.freshVariable(constraints)
      return Scheme(make(.variable(variable)), for: [variable])
    }
    func two(_ first: Constraints, _ second: Constraints, _ make: (Type, Type) -> Type) -> Scheme {
      let a = unifier.freshVariable(first), b = unifier.freshVariable(second)
      return Scheme(make(.variable(a), .variable(b)), for: [a, b])
    }
    func map(_ make: (Type, Type) -> Type) -> Scheme { two(.set, [], make) }
    let events = Type.set(.event)
    let pairs = Type.set(.tuple([.event, .event]))
    switch builtIn {
    case .union, .inter, .diff: return one(.set) { .function([.set($0), .set($0)], .set($0)) }
    case .Union, .Inter: return one(.set) { .function([.set(.set($0))], .set($0)) }
    case .set: return one(.set) { .function([.sequence($0)], .set($0)) }
    case .Set: return one(.set) { .function([.set($0)], .set(.set($0))) }
    case .Seq: return one(.set) { .function([.set($0)], .set(.sequence($0))) }
    // These compare: whoever could ask them about sets of processes could compare processes.
    case .empty: return one(.eq) { .function([.set($0)], .boolean) }
    case .card: return one(.eq) { .function([.set($0)], .integer) }
    case .member: return one(.eq) { .function([$0, .set($0)], .boolean) }
    case .seq: return one(.eq) { .function([.set($0)], .sequence($0)) }
    case .length: return one([]) { .function([.sequence($0)], .integer) }
    case .null: return one([]) { .function([.sequence($0)], .boolean) }
    case .head: return one([]) { .function([.sequence($0)], $0) }
    case .tail: return one([]) { .function([.sequence($0)], .sequence($0)) }
    case .concat: return one([]) { .function([.sequence(.sequence($0))], .sequence($0)) }
    case .elem: return one(.eq) { .function([$0, .sequence($0)], .boolean) }
    case .mapFromList: return map { .function([.sequence(.tuple([$0, $1]))], .map($0, $1)) }
    case .mapLookup: return map { .function([.map($0, $1), $0], $1) }
    case .mapMember: return map { .function([.map($0, $1), $0], .boolean) }
    case .mapToList: return map { .function([.map($0, $1)], .sequence(.tuple([$0, $1]))) }
    case .mapUpdate: return map { .function([.map($0, $1), $0, $1], .map($0, $1)) }
    case .mapUpdateMultiple: return map { .function([.map($0, $1), .sequence(.tuple([$0, $1]))], .map($0, $1)) }
    case .mapDelete: return map { .function([.map($0, $1), $0], .map($0, $1)) }
    case .Map: return two(.set, .set) { .function([.set($0), .set($1)], .set(.map($0, $1))) }
    case .error: return one([]) { .function([.sequence(.character)], $0) }
    case .show: return one([]) { .function([$0], .sequence(.character)) }
    case .extensions: return two([], .yieldable) { .function([.dotable($0, $1)], .set($0)) }
    case .productions:
      let base = unifier.freshVariable(.yieldable), missing = unifier.freshVariable()
      return Scheme(
        .function([.extendable(.variable(base), missing)], .set(.variable(base))), for: [base, missing])
    case .CHAOS, .RUN: return Scheme(.function([events], .process))
    case .BUFFER: return Scheme(.function([.integer, pairs], .process))
    case .WEAK_BUFFER: return Scheme(.function([.integer, .event, pairs], .process))
    case .SIGNAL_BUFFER: return Scheme(.function([.integer, .event, .event, pairs], .process))
    case .WAIT: return Scheme(.function([.integer], .process))
    case .sbisim, .wbisim, .dbisim, .diamond, .normal, .tau_loop_factor, .explicate, .lazyenumerate, .model_compress,
      .lazynorm, .chase, .chase_nocache, .deter, .loop, .timed_priority:
      return Scheme(.function([.process], .process))
    case .prioritise, .prioritise_nocache: return Scheme(.function([.process, .sequence(events)], .process))
    case .prioritisepo: return Scheme(.function([.process, events, pairs, events], .process))
    case .trace_watchdog, .failure_watchdog: return Scheme(.function([.process, events, .event], .process))
    case .mtransclose:
      return one(.eq) { .function([.set(.tuple([$0, $0])), .set($0)], .set(.tuple([$0, $0]))) }
    case .relational_image:
      return two(.eq, .set) { .function([.set(.tuple([$0, $1]))], .function([$0], .set($1))) }
    case .relational_inverse_image:
      return two(.set, .eq) { .function([.set(.tuple([$0, $1]))], .function([$1], .set($0))) }
    case .transpose: return two(.set, .set) { .function([.set(.tuple([$0, $1]))], .set(.tuple([$1, $0]))) }
    }
  }

  static func scheme(of constant: BuiltInConstant, _ unifier: Unifier) -> Scheme {
    switch constant {
    case .STOP, .SKIP, .DIV, .TSTOP, .TSKIP: return Scheme(.process)
    case .true, .false, .True, .False: return Scheme(.boolean)
    case .Bool: return Scheme(.set(.boolean))
    case .Char: return Scheme(.set(.character))
    case .Int: return Scheme(.set(.integer))
    case .Proc: return Scheme(.set(.process))
    case .Events: return Scheme(.set(.event))
    case .emptyMap:
      let key = unifier.freshVariable(.set), value = unifier.freshVariable()
      return Scheme(.map(.variable(key), .variable(value)), for: [key, value])
    }
  }
}
