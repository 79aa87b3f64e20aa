import CSPMNames

extension BuiltIn {
  /// How many arguments the function takes, in its first list where it is curried.
  var arity: Int {
    switch self {
    case .card, .empty, .Inter, .seq, .Seq, .set, .Set, .Union: 1
    case .concat, .head, .length, .null, .tail, .mapFromList, .mapToList: 1
    case .extensions, .productions, .error, .show, .CHAOS, .RUN, .WAIT: 1
    case .sbisim, .wbisim, .dbisim, .diamond, .normal, .tau_loop_factor, .explicate, .lazyenumerate: 1
    case .model_compress, .lazynorm, .chase, .chase_nocache, .deter, .loop, .timed_priority: 1
    case .transpose, .relational_image, .relational_inverse_image: 1
    case .diff, .inter, .member, .union, .elem, .mapDelete, .mapLookup, .mapMember, .mapUpdateMultiple, .Map: 2
    case .prioritise, .prioritise_nocache, .BUFFER, .mtransclose: 2
    case .mapUpdate, .WEAK_BUFFER, .trace_watchdog, .failure_watchdog: 3
    case .prioritisepo, .SIGNAL_BUFFER: 4
    }
  }
}
