// How misuse is refused.
import CSP
import Testing

@Suite("misuse of primitives") struct PrimitiveMisuseTests {
  @Test func `a semaphore has no negative number of permits`() async {
    await #expect(processExitsWith: .failure) { _ = Semaphore(permits: -1) }
    await #expect(processExitsWith: .failure) { Semaphore(permits: 1).release(-1) }
    await #expect(processExitsWith: .failure) { Semaphore(permits: 1).release(Int(Int32.max)) }
    await #expect(processExitsWith: .failure) { _ = Semaphore(permits: 1).tryAcquire(0) }
  }

  @Test func `a latch is not counted down further than to nothing`() async {
    await #expect(processExitsWith: .failure) { _ = Latch(count: -1) }
    await #expect(processExitsWith: .failure) { Latch(count: 1).countDown(by: 2) }
    await #expect(processExitsWith: .failure) { Latch(count: 1).countDown(by: 0) }
    await #expect(processExitsWith: .success) { Latch(count: 1).countDown() }
  }

  @Test func `names and numbers can be read back`() {
    #expect(Lock(0, name: "a").name == "a")
    #expect(ReadWriteLock(0, name: "b").name == "b")
    #expect(Condition(of: Lock(0), name: "c").name == "c")
    #expect(Semaphore(permits: 2, name: "d").name == "d")
    #expect(Latch(count: 2, name: "e").name == "e")
    #expect(Once(name: "f") { 1 }.name == "f")
    #expect(Lock(0).name == nil)
    #expect(Latch(count: 2).remaining == 2)
  }
}
