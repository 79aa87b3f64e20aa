import CSPMNames
import CSPMSyntax

/// Where the names of a script stand, and what each stands for.
///
/// What instances copy is not among them: it has no text of its own. A member of an instance and the same member of
/// its module are declared at one place, so that names which share their declaration are one thing here.
struct Occurrences: Sendable {
  struct Occurrence: Hashable, Sendable {
    /// The name without the modules in front of it.
    var span: Span
    var symbol: SymbolID
    /// Whether it is declared here; a function is declared by each of its clauses.
    var isDeclaration: Bool
  }

  let symbols: SymbolTable
  /// Of each file, in the order of its text.
  private let byFile: [[Occurrence]]

  init(_ names: NameResolver, files: SourceFiles) { self.init(in: names.declarations, names, files: files) }

  /// Those in some of the declarations alone.
  init(in declarations: [Declaration], _ names: NameResolver, files: SourceFiles) {
    symbols = names.symbols
    var collector = OccurrenceCollector(names, files)
    collector.visit(declarations)
    var byFile = [[Occurrence]](repeating: [], count: files.files.count)
    for occurrence in Set(collector.occurrences) { byFile[Int(occurrence.span.file)].append(occurrence) }
    for index in byFile.indices {
      byFile[index].sort {
        ($0.span.lower, $0.span.upper, $0.symbol.index) < ($1.span.lower, $1.span.upper, $1.symbol.index)
      }
    }
    self.byFile = byFile
  }

  func inFile(_ file: Int32) -> [Occurrence] { byFile.indices.contains(Int(file)) ? byFile[Int(file)] : [] }
  var all: some Sequence<Occurrence> { byFile.joined() }

  /// The names that lie in a piece of text.
  func within(_ span: Span) -> some Sequence<Occurrence> {
    let list = inFile(span.file)
    return list[first(in: list) { $0.span.lower >= span.lower }...].prefix { $0.span.lower < span.upper }
  }

  /// The name at a byte, or right before it, as a cursor stands behind a name.
  func at(_ offset: Int, in file: Int32) -> Occurrence? {
    let list = inFile(file)
    var found: Occurrence?
    for occurrence in list[first(in: list) { Int($0.span.upper) >= offset }...] {
      guard Int(occurrence.span.lower) <= offset else { break }
      // Where two names touch, the one that begins here wins.
      if found.map({ Int($0.span.upper) == offset }) ?? true { found = occurrence }
    }
    return found
  }

  /// The place of the first name for which `holds`, which then holds for all behind it.
  private func first(in list: [Occurrence], holds: (Occurrence) -> Bool) -> Int {
    var low = 0, high = list.count
    while low < high {
      let middle = (low + high) / 2
      if holds(list[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// All names that mean the same thing as a symbol.
  func same(as symbol: SymbolID) -> [Occurrence] {
    let thing = Thing(symbols[symbol])
    return all.filter { Thing(symbols[$0.symbol]) == thing }
  }

  /// Which names mean the same: for each one the number of the first that means what it means.
  var shape: [Int] {
    var first: [Thing: Int] = [:]
    return all.enumerated().map { number, occurrence in
      let thing = Thing(symbols[occurrence.symbol])
      let earliest = first[thing] ?? number
      first[thing] = earliest
      return earliest
    }
  }

  /// What a name stands for, whatever copies there are of it.
  private enum Thing: Hashable {
    case declared(Span)
    case builtIn(Symbol.Kind)

    init(_ symbol: Symbol) {
      self = symbol.span.map { .declared($0) } ?? .builtIn(symbol.kind)
    }
  }
}
