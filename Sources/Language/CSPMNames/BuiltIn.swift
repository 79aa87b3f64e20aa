/// The functions that every script can call (FDR manual, "Built-in definitions").
public enum BuiltIn: String, CaseIterable, Hashable, Sendable {
  // Sets.
  case card, diff, empty, inter, Inter, member, seq, Seq, set, Set, union, Union
  // Sequences.
  case concat, elem, head, length, null, tail
  // Maps.
  case mapDelete, mapFromList, mapLookup, mapMember, mapToList, mapUpdate, mapUpdateMultiple, Map
  // Dots, errors, text.
  case extensions, productions, error, show
  // Processes.
  case CHAOS, RUN, BUFFER, WEAK_BUFFER, SIGNAL_BUFFER
  // Imported with `transparent`: compressions, which never change a meaning.
  case sbisim, wbisim, dbisim, diamond, normal, tau_loop_factor, explicate, lazyenumerate, model_compress, lazynorm
  // Imported with either word.
  case chase, chase_nocache
  // Imported with `external`.
  case prioritise, prioritise_nocache, prioritisepo, deter, trace_watchdog, failure_watchdog, loop
  case mtransclose, transpose, relational_image, relational_inverse_image
  // In timed sections only.
  case WAIT, timed_priority

  /// Where the name can be used.
  public enum Availability: Hashable, Sendable {
    case always
    /// After a declaration that imports it.
    case imported(Set<Import>)
    case inTimedSections
  }

  public enum Import: String, Hashable, Sendable { case transparent, external }

  public var availability: Availability {
    switch self {
    case .sbisim, .wbisim, .dbisim, .diamond, .normal, .tau_loop_factor, .explicate, .lazyenumerate, .model_compress,
      .lazynorm:
      .imported([.transparent])
    case .chase, .chase_nocache: .imported([.transparent, .external])
    case .prioritise, .prioritise_nocache, .prioritisepo, .deter, .trace_watchdog, .failure_watchdog, .loop,
      .mtransclose, .transpose, .relational_image, .relational_inverse_image:
      .imported([.external])
    case .WAIT, .timed_priority: .inTimedSections
    default: .always
    }
  }

  public var isCompression: Bool { availability == .imported([.transparent]) }

  /// The word that an author should import it with.
  var importWord: Import? {
    guard case .imported(let words) = availability else { return nil }
    return words.contains(.transparent) && words.count == 1 ? .transparent : .external
  }
}

/// The names of constants, which stand for a value without being called.
public enum BuiltInConstant: String, CaseIterable, Hashable, Sendable {
  case STOP, SKIP, DIV
  case `true`, `false`, True, False
  case Bool, Char, Int, Proc, Events
  case emptyMap
  // In timed sections only.
  case TSTOP, TSKIP

  var isTimed: Swift.Bool { self == .TSTOP || self == .TSKIP }
}

/// The types that an annotation may name.
public enum AtomicType: String, CaseIterable, Hashable, Sendable {
  case Bool, Char, Event, Int, Proc
}
