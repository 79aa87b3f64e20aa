import CSPMNames
import CSPMSyntax

/// Why a type is expected somewhere, for the message that tells it was not found.
struct Reason {
  /// A phrase, such as "`+` works on integers".
  let text: String
  /// What it speaks of, where that stands elsewhere.
  var place: Span?
  /// The function whose declaration asks for the type.
  var function: Expression?

  init(_ text: String, at place: Span? = nil, of function: Expression? = nil) {
    self.text = text
    self.place = place
    self.function = function
  }

  static let condition = Reason("a condition is a boolean")
  static let guarding = Reason("what stands before `&` is a boolean")
  static let process = Reason("process operators work on processes")
  static let prefixBody = Reason("what follows `->` is a process")
  static let eventSet = Reason("this set is one of events")
  static let event = Reason("a prefix begins with an event")
  static let range = Reason("ranges run over integers")
  static let sequence = Reason("`^` joins sequences")
  static let length = Reason("`#` measures sequences")
  static let arithmetic = Reason("arithmetic works on integers")
  static let logic = Reason("`and`, `or` and `not` work on booleans")
  static let channel = Reason("renamings and links speak of channels and events")
  static let enumerated = Reason("`{| … |}` takes events and datatypes, complete or not")
  static let assertion = Reason("assertions speak of processes")
  static let trace = Reason("a trace is a sequence of events")
  static let tock = Reason("`tock` is an event without fields")
  static let duration = Reason("a timed section takes a function from events to integers")
}

extension TypeChecker {
  /// The message for types that do not fit.
  ///
  /// - Parameters:
  ///   - expected, actual: the whole types; the mismatch may lie deep inside of them.
  ///   - subject: the expression that has the actual type.
  func diagnostic(
    _ mismatch: Mismatch, at span: Span, expected: Type? = nil, actual: Type? = nil, because reason: Reason? = nil,
    subject: Expression? = nil
  ) -> Diagnostic {
    var printer = TypePrinter(unifier, names.symbols)
    var notes = reason.map { [Diagnostic.Note($0.text, at: $0.place)] } ?? []
    func whole(_ printer: inout TypePrinter) -> String? {
      guard let expected, let actual else { return nil }
      let e = tidy(expected), a = tidy(actual)
      return "expected `\(printer.plain(e))`, found `\(printer.plain(a))`"
    }
    let id: String
    var message: String
    switch mismatch.kind {
    case .types(let inner, let found):
      id = "type-mismatch"
      let innermost = "expected `\(printer.plain(tidy(inner)))`, found `\(printer.plain(tidy(found)))`"
      message = whole(&printer) ?? innermost
      if message != innermost {
        let inside = (printer.plain(tidy(inner)), printer.plain(tidy(found)))
        notes.insert(.init("they differ in `\(inside.0)` and `\(inside.1)`"), at: 0)
      }
      notes += rigidNotes([inner, found])
      if let expected, let actual, let subject, wantsEvents(expected), yieldsEvent(actual) {
        notes.append(.init("`{| \(subject.summary) |}` is the set of all its events"))
      }
    case .constraint(let constraint, let type):
      id = "missing-constraint"
      let (what, why) = Self.explanation(of: constraint)
      message = "values of type `\(printer.plain(tidy(type)))` \(what)"
      notes.append(.init(why))
      if case .variable(let variable) = unifier.prune(type), let name = variable.rigidName {
        notes.append(
          .init("add the constraint `\(constraint.names[0]) \(name)` to this annotation", at: variable.span))
      } else if let actual {
        let text = printer.plain(tidy(actual))
        if !message.contains("`\(text)`") { notes.append(.init("in `\(text)`")) }
      }
    case .infinite(let variable, let type):
      id = "infinite-type"
      message = "a type would contain itself: `\(printer.plain(.variable(variable)))` = `\(printer.plain(tidy(type)))`"
      notes.append(.init("such as when a function is passed to itself, or a set is an element of itself"))
    case .escape(let variable):
      id = "escaping-type"
      message = "the type `\(variable.rigidName ?? "?")` of an annotation would be seen outside of it"
      notes += rigidNotes([.variable(variable)])
    case .tooLarge:
      id = "type-too-large"
      message = "the type of this grows too large to be worked out"
      notes.append(.init("give a name and a type annotation to its parts"))
    case .ended:
      id = "type-too-large"
      message = "the types of this script grow too large together to be worked out; this is as far as it got"
      notes.append(.init("give type annotations to what has the largest types"))
    }
    notes += reason?.function.map(origin) ?? []
    notes += subject.map(origin) ?? []
    return Diagnostic(id: id, message, at: span, notes: notes)
  }

  /// What has to be known about a name to see why it has its type.
  private func origin(of subject: Expression) -> [Diagnostic.Note] {
    switch subject.kind {
    case .parenthesised(let inner): return origin(of: inner)
    case .name(let name):
      guard name.symbol != .unresolved, !poisoned.contains(name.symbol), let place = names.symbols[name.symbol].span,
        let scheme = scheme(of: name.symbol)
      else { return [] }
      var printer = TypePrinter(unifier, names.symbols)
      var notes = [Diagnostic.Note("`\(name.text)` is `\(printer.text(scheme.type))`, declared here", at: place)]
      if case .variable(let variable) = scheme.type, let bound = variable.span, bound != place, bound != subject.span,
        variable.binding != nil
      {
        notes.append(.init("it got this type here", at: bound))
      }
      return notes
    case .application(let function, _): return origin(of: function)
    default: return []
    }
  }

  private func rigidNotes(_ types: [Type]) -> [Diagnostic.Note] {
    types.compactMap { type in
      guard case .variable(let variable) = unifier.prune(type), let name = variable.rigidName else { return nil }
      return .init("`\(name)` is any type at all, as this annotation says", at: variable.span)
    }
  }

  private func wantsEvents(_ type: Type) -> Bool {
    guard case .set(let element) = unifier.prune(type), case .event = unifier.prune(element) else { return false }
    return true
  }

  /// Whether a type is that of an event or of a channel, with or without fields.
  private func yieldsEvent(_ type: Type) -> Bool {
    guard case .event = unifier.reduce(tidy(type)).result else { return false }
    return true
  }

  /// With dots evaluated where that is possible.
  private func tidy(_ type: Type) -> Type { (try? unifier.evaluateDots(type)) ?? type }

  private static func explanation(of constraint: Constraints) -> (what: String, why: String) {
    switch constraint {
    case .eq: ("cannot be compared", "processes and functions, and whatever holds some, cannot be compared with `==`")
    case .ord: ("have no order", "integers, characters, sequences, sets, and tuples and maps of them have an order")
    case .set: ("cannot be in a set", "functions cannot be in a set")
    case .complete: ("lack fields", "a channel or constructor must be dotted with all its fields here")
    default: ("are no events or values of a datatype", "only what channels and constructors make is wanted here")
    }
  }
}
