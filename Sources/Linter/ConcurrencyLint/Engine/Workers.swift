// Threads with stacks that are large enough for the parser, which recurses as deep as it lets sources nest.
#if Lint
  import Dispatch
  import Foundation
  import Synchronization

  /// Threads that share out a list of jobs.
  package enum Workers {
    /// Address space for the stack of each; only what is used becomes memory. The parser and the pass over its tree take
    /// up to ``SwiftFile/deepest`` levels of nesting, at some tens of kilobytes each without optimisation.
    private static let stackBytes = 1 << 30

    /// Applies `body` to every item, on as many threads as are asked for, and waits for all.
    ///
    /// - Returns: the results in the order of the items.
    package static func map<Item: Sendable, Result: Sendable>(
      _ items: [Item], threads count: Int, _ body: @escaping @Sendable (Item) -> Result
    ) -> [Result] {
      let state = State<Result>(count: items.count)
      let ended = DispatchGroup()
      for _ in 0..<max(1, min(count, items.count)) {
        ended.enter()
        let thread = Thread {
          StackEnd.handle()
          while let index = state.take() { state.put(body(items[index]), at: index) }
          ended.leave()
        }
        thread.stackSize = stackBytes
        thread.start()
      }
      ended.wait()
      return state.results
    }

    private final class State<Result: Sendable>: Sendable {
      private let count: Int
      private let next = Atomic(0)
      private let slots: Mutex<[Result?]>

      init(count: Int) {
        self.count = count
        slots = Mutex(Array(repeating: nil, count: count))
      }

      func take() -> Int? {
        // ORDERING: relaxed: each index is handed out once, and the items were there before the threads.
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return index < count ? index : nil
      }

      func put(_ result: Result, at index: Int) { slots.withLock { $0[index] = result } }

      var results: [Result] { slots.withLock { $0.map { $0! } } }
    }
  }
#endif
