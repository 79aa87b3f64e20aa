/// The functions that every script has (FDR manual, "Built-in definitions").
enum BuiltIn: String, CaseIterable, Hashable {
  // Sets.
  case card, diff, empty, inter, Inter, member, seq, Seq, set, Set, union, Union
  // Sequences.
  case concat, elem, head, length, null, tail
  // Maps.
  case mapDelete, mapFromList, mapLookup, mapMember, mapToList, mapUpdate, mapUpdateMultiple, Map
  // Dots, errors, text.
  case extensions, productions, error, show
  // Processes.
  case CHAOS, RUN
  // Imported with `transparent`: compressions, which never change a meaning.
  case sbisim, wbisim, dbisim, diamond, normal, tau_loop_factor, explicate, lazyenumerate, model_compress, lazynorm
  // Imported with `external`.
  case chase, chase_nocache, prioritise, prioritise_nocache, prioritisepo
  case transpose, relational_image, relational_inverse_image

  /// How many arguments it takes.
  var arity: Int {
    switch self {
    case .card, .empty, .Inter, .seq, .Seq, .set, .Set, .Union: 1
    case .concat, .head, .length, .null, .tail, .mapFromList, .mapToList: 1
    case .extensions, .productions, .error, .show, .CHAOS, .RUN: 1
    case .sbisim, .wbisim, .dbisim, .diamond, .normal, .tau_loop_factor, .explicate, .lazyenumerate: 1
    case .model_compress, .lazynorm, .chase, .chase_nocache: 1
    case .transpose, .relational_image, .relational_inverse_image: 1
    case .diff, .inter, .member, .union, .elem, .mapDelete, .mapLookup, .mapMember, .mapUpdateMultiple, .Map: 2
    case .prioritise, .prioritise_nocache: 2
    case .mapUpdate: 3
    case .prioritisepo: 4
    }
  }

  enum Import: String { case transparent, external }

  /// The declaration that brings it into scope; nil where it always is.
  var requires: Import? {
    switch self {
    case .sbisim, .wbisim, .dbisim, .diamond, .normal, .tau_loop_factor, .explicate, .lazyenumerate, .model_compress,
      .lazynorm:
      .transparent
    case .chase, .chase_nocache, .prioritise, .prioritise_nocache, .prioritisepo, .transpose, .relational_image,
      .relational_inverse_image:
      .external
    default: nil
    }
  }

  var isCompression: Bool { requires == .transparent }
}
