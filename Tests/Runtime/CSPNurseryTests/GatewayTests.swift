// The gateway of Examples/first-success, as it prints itself.
import Testing

@testable import FirstSuccess

@Suite("the gateway example") struct GatewayTests {
  static let timelines = [
    [
      "   0 ms  ask east", "   0 ms  ask north", "   0 ms  ask south", "   0 ms  ask west",
      "  40 ms  east failed",
      "  70 ms  north cancelled", "  70 ms  south answered 72", "  70 ms  west cancelled",
      "  70 ms  200: 72",
    ],
    [
      "   0 ms  ask east", "   0 ms  ask north", "   0 ms  ask south", "   0 ms  ask west",
      "  10 ms  south failed", "  20 ms  north failed", "  30 ms  west failed", "  40 ms  east failed",
      "  40 ms  502: north is overloaded, east is overloaded, south is overloaded, west is overloaded",
    ],
  ]

  @Test(arguments: timelines.indices)
  func `the losers' last words come before the answer`(_ number: Int) async {
    #expect(await request(requests[number].backends) == Self.timelines[number])
  }

  @Test func `every request of the program has its timeline here`() {
    #expect(requests.count == Self.timelines.count)
  }
}
