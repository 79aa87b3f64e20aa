// Patterns for paths. `*` and `?` stay within a name, `**` crosses folders; a pattern fits a path and what is below it.
#if Lint
  struct Glob: Sendable {
    let pattern: String
    private let parts: [[UInt8]]

    init(_ pattern: String) {
      self.pattern = pattern
      parts = pattern.split(separator: "/").filter { $0 != "." }.map { Array($0.utf8) }
    }

    /// - Complexity: the product of the lengths, whatever the pattern.
    func matches(_ path: String) -> Bool {
      let names = path.split(separator: "/").filter { $0 != "." }.map { Array($0.utf8) }
      // reached[i]: the first i parts fit what has been read.
      var reached = Set([0])
      for name in names {
        reached = closure(reached)
        if reached.contains(parts.count) { return true }
        var next: Set<Int> = []
        for index in reached where index < parts.count {
          if parts[index] == Self.anything { next.insert(index) }
          if Self.fits(parts[index], name) { next.insert(index + 1) }
        }
        reached = next
      }
      return closure(reached).contains(parts.count)
    }

    private static let anything = Array("**".utf8)

    /// `**` may stand for no folder.
    private func closure(_ indices: Set<Int>) -> Set<Int> {
      var all = indices
      for index in indices.sorted() {
        var next = index
        while next < parts.count, parts[next] == Self.anything {
          next += 1
          all.insert(next)
        }
      }
      return all
    }

    /// One name: go on greedily, and back to the last star where that fails.
    private static func fits(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
      var p = 0, n = 0, star: (pattern: Int, name: Int)?
      while n < name.count {
        if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
          star = (p, n)
          p += 1
        } else if p < pattern.count, pattern[p] == UInt8(ascii: "?") || pattern[p] == name[n] {
          p += 1
          n += 1
        } else if let last = star {
          star = (last.pattern, last.name + 1)
          p = last.pattern + 1
          n = last.name + 1
        } else {
          return false
        }
      }
      return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
  }
#endif
