// What the public face says, how it is written at the place of use, and how misuse is refused.
import CSP
import Testing

@Suite("the face of a nursery") struct FaceTests {
  private struct Broken: Error {}

  @Test func `withNursery throws NurseryError and nothing else`() async {
    do {
      try await withNursery { _ in throw Broken() }
      Issue.record("the body threw")
    } catch {
      // Typed: no cast.
      let errors: [any Error] = error.errors
      #expect(errors.count == 1 && errors[0] is Broken)
      #expect(error.cancellation == .failure)
      #expect(!error.isCancellation)
    }
  }

  @Test func `start throws NurseryClosed and nothing else`() async throws {
    try await withNursery { nursery in
      nursery.close()
      do throws(NurseryClosed) {
        try nursery.start {}
        Issue.record("it is closed")
      } catch {
        let closed: NurseryClosed = error
        #expect("\(closed)".contains("closed") || "\(closed)".contains("Closed"))
      }
    }
  }

  @Test func `a NurseryError says what happened, in words`() async {
    await #expect {
      try await withNursery(name: "downloads") { _ in throw Broken() }
    } throws: { error in
      "\(error)".contains("downloads") && "\(error)".contains("Broken")
    }
  }

  @Test func `reasons compare by what they say`() {
    let reasons: [CancellationReason] = [
      .requested(nil), .requested("a"), .requested("b"), .failure, .deadline, .surrounding,
    ]
    for (left, one) in reasons.enumerated() {
      for (right, other) in reasons.enumerated() { #expect((one == other) == (left == right)) }
    }
  }

  @Test func `handles and nurseries are Sendable`() async throws {
    func sendable(_ value: some Sendable) {}
    try await withNursery { nursery in
      sendable(nursery)
      sendable(nursery.scope)
      let child = try nursery.start { 1 }
      sendable(child)
      sendable(child.completion)
    }
  }
}

@Suite("misuse of a nursery") struct MisuseTests {
  @Test func `a limit of zero is refused with the rule`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try await withNursery(limit: 0) { _ in }
    }
    #expect(text(result).contains("limit"), "\(text(result))")
    #expect(text(result).contains("at least 1, not 0"), "\(text(result))")
  }

  @Test func `a negative limit is refused with the rule`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      try await withNursery(limit: -3) { _ in }
    }
    #expect(text(result).contains("at least 1, not -3"), "\(text(result))")
  }

  private func text(_ result: ExitTest.Result?) -> String {
    String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
  }
}
