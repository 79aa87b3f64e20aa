// Fixes, carried out on a file's text.
#if Lint
  extension Fix {
    /// Carries out fixes, from the first on; one that overlaps another that was carried out is left for the next run.
    ///
    /// - Returns: the new bytes, and how many fixes they hold.
    package static func apply(_ fixes: [Fix], to bytes: [UInt8]) -> (bytes: [UInt8], count: Int) {
      var edits: [Fix.Edit] = [], count = 0
      for fix in fixes {
        let overlaps = fix.edits.contains { new in
          edits.contains { new.span.lower < $0.span.upper && $0.span.lower < new.span.upper || new.span == $0.span }
        }
        if overlaps { continue }
        edits += fix.edits
        count += 1
      }
      var result = bytes
      for edit in edits.sorted(by: { $0.span.lower > $1.span.lower }) {
        result.replaceSubrange(edit.span.lower..<edit.span.upper, with: Array(edit.replacement.utf8))
      }
      return (result, count)
    }
  }
#endif
