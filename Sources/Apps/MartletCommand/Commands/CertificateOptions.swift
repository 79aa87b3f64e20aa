import ArgumentParser
import CSPM
import ReferenceSemantics

/// What `martlet check` takes about certificates.
struct CertificateOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Let the interpreter that replays counterexamples also decide what holds: in full where it is small enough, by "
        + "random walks beyond. A verdict that it contradicts is an internal error."))
  var certify = false

  @Option(
    help: ArgumentHelp(
      "Certify in full up to this many states; by default, \(grouped(CertificationLimits().states)).", valueName: "n"))
  var certifyStates: PositiveCount?

  @Option(
    help: ArgumentHelp(
      "Take the random walks of this seed; by default, \(CertificationLimits().seed).", valueName: "n"))
  var certifySeed: UInt64?

  /// Nil where no certificate is asked for.
  var limits: CertificationLimits? {
    guard certify || certifyStates != nil || certifySeed != nil else { return nil }
    var limits = CertificationLimits()
    if let certifyStates { limits.states = certifyStates.value }
    if let certifySeed { limits.seed = certifySeed }
    return limits
  }
}
