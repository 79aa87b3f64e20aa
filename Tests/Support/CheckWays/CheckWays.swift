// The ways in which a check can be made: what it says must not depend on them.
import Foundation
public import Refinement

/// One combination of workers, storage and normal form or antichain.
public struct CheckWay: Sendable, CustomStringConvertible {
  public let description: String
  public private(set) var limits = Limits()
  /// Ways of one kind find the same counterexample and count the same states; nil: of none.
  public let kind: Kind?
  public enum Kind: Sendable { case narrow, wide }

  private init(_ description: String, _ kind: Kind? = nil, _ change: (inout Limits) -> Void) {
    self.description = description
    self.kind = kind
    change(&limits)
  }

  private static func wide(_ workers: Int, _ limits: inout Limits) {
    limits.narrowStates = 0
    limits.workers = workers
    limits.needlessShare = workers == 3 ? nil : 0
    if workers == 3 { limits.sharedWords = 0 }
  }

  public static let all = [
    CheckWay("one table", .narrow) { _ in },
    CheckWay("numbered states") { $0.widestWord = 0 },
    CheckWay("an antichain") { $0.normalFormNodes = 0 },
    CheckWay("an antichain of numbered states") { ($0.normalFormNodes, $0.widestWord) = (0, 0) },
    CheckWay("two workers", .wide) { wide(2, &$0) },
    CheckWay("three workers and codes of states", .wide) {
      wide(3, &$0)
      $0.codingGain = 1
    },
    CheckWay("one worker on disk", .wide) {
      wide(1, &$0)
      $0.spill = FileManager.default.temporaryDirectory.path
      $0.spillsAtOnce = true
    },
  ]
}
