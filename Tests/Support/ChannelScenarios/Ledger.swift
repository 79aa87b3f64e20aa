// Tokens that can be neither copied nor lost: a ledger knows how often each one's life ended.

final class Ledger: Sendable {
  private let ends = Locked<[Int]>([])

  func token() -> Token {
    Token(
      number: ends.withLock {
        $0.append(0)
        return $0.count - 1
      }, ledger: self)
  }

  fileprivate func ended(_ number: Int) { ends.withLock { $0[number] += 1 } }

  /// Tokens made so far.
  var made: Int { ends.withLock { $0.count } }
  /// Tokens that still live.
  var alive: Int { ends.withLock { $0.count { $0 == 0 } } }

  /// Fails unless every token has ended once.
  func close(_ what: @autoclosure () -> String = "", file: StaticString = #fileID, line: UInt = #line) throws {
    let wrong = ends.withLock { $0.enumerated().filter { $0.element != 1 }.map { "\($0.offset): \($0.element)" } }
    try expect(wrong.isEmpty, "\(what()): tokens that did not end once: \(wrong.prefix(20))", file: file, line: line)
  }
}

/// A value that exists once.
struct Token: ~Copyable, Sendable {
  let number: Int
  private let ledger: Ledger

  fileprivate init(number: Int, ledger: Ledger) {
    self.number = number
    self.ledger = ledger
  }

  deinit { ledger.ended(number) }
}

/// A copyable value that tells when its last copy has gone.
final class Witness: Sendable {
  private let number: Int
  private let gone: @Sendable (Int) -> Void

  init(_ number: Int, _ gone: @escaping @Sendable (Int) -> Void) {
    self.number = number
    self.gone = gone
  }

  deinit { gone(number) }
}
