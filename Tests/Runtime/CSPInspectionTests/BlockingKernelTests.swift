// Blocking bugs of real programs, each with its bug and mended. ChannelScenarioRunner runs them again under every way to
// park: `ChannelScenarioRunner --repeat 1000 kernel`.
import BlockingKernels
import Testing

@Suite("blocking kernels", .serialized) struct BlockingKernelTests {
  static let runs = 3

  @Test(.timeLimit(.minutes(2)), arguments: BlockingKernel.all)
  func `the bug is reported with the right tasks, and cancelled`(_ kernel: BlockingKernel) async throws {
    for _ in 0..<Self.runs { try await kernel.showBug() }
  }

  @Test(.timeLimit(.minutes(2)), arguments: BlockingKernel.all)
  func `the mend ends, and nothing is reported`(_ kernel: BlockingKernel) async throws {
    for _ in 0..<Self.runs { try await kernel.showMend() }
  }

  @Test func `at least 25 kernels stand in the table, odd ones, each once and with a known cause`() {
    let numbers = BlockingKernel.all.map(\.number)
    #expect(numbers.count >= 25)
    #expect(Set(numbers).count == numbers.count)
    #expect(numbers.allSatisfy { $0 % 2 == 1 && (1...67).contains($0) })
    #expect(Set(BlockingKernel.all.map(\.cause)) == Set(BlockingKernel.Cause.allCases))
  }
}
