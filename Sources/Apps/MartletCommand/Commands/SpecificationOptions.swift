import ArgumentParser
import Refinement

/// What commands that decide refinement take.
struct SpecificationOptions: ParsableArguments {
  @Option(
    name: .customLong("spec"),
    help: ArgumentHelp(
      "How a specification is made deterministic: as a normal form, with an antichain instead, or with one as soon as "
        + "the normal form grows out of proportion."))
  var form = SpecificationForm.auto

  func applied(to limits: Limits) -> Limits {
    var limits = limits
    switch form {
    case .auto: break
    case .normal: limits.normalFormNodes = nil
    case .antichain: limits.normalFormNodes = 0
    }
    return limits
  }
}

enum SpecificationForm: String, ExpressibleByArgument, CaseIterable {
  case auto, normal, antichain
}
