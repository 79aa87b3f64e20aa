// Reading and checking files in parallel, with what is cached, and mending them.
#if Lint
  import ConcurrencyLint
  import Foundation

  /// What was found in one file.
  struct FileResult: Sendable {
    var path: String
    var report: FileReport
  }

  struct Session {
    private let configuration: Configuration
    private let largest: Int
    private let threads: Int
    private var modules: GoModules
    private var cache: Cache?

    init(configuration: Configuration, largest: Int, jobs: Int?, go version: GoVersion?, cache path: String?) {
      self.configuration = configuration
      self.largest = largest
      threads = jobs ?? ProcessInfo.processInfo.activeProcessorCount
      modules = GoModules(forced: version)
      cache = path.map(Cache.init)
    }

    /// Checks files. The order of the results is that of the files.
    mutating func lint(_ paths: [String]) -> [FileResult] {
      let configuration = configuration, largest = largest, cache = cache
      let files = paths.map { (path: $0, version: modules.version(for: $0)) }
      let outcomes = Workers.map(files, threads: threads) { file in
        Self.lint(file.path, file.version, rules: configuration.rules(for: file.path), largest: largest, cache: cache)
      }
      self.cache?.entries = [:]
      for outcome in outcomes {
        if let key = outcome.key { self.cache?.entries[key] = outcome.report }
      }
      return zip(paths, outcomes).map { FileResult(path: $0, report: $1.report) }
    }

    private static func lint(
      _ path: String, _ version: GoVersion?, rules: [String: Severity], largest: Int, cache: Cache?
    ) -> (key: String?, report: FileReport) {
      guard let language = SourceLanguage(path: path) else { return (nil, FileReport()) }
      let bytes: [UInt8]
      do {
        bytes = try read(path, largest: largest)
      } catch {
        return (nil, FileReport(problem: error.message))
      }
      let key = cache.map { _ in Cache.key(bytes, language, version, rules) }
      if let key, let report = cache?.entries[key] { return (key, report) }
      guard let text = SourceText(path: path, bytes: bytes) else {
        return (key, FileReport(problem: "it is not UTF-8"))
      }
      return (key, Linter(rules: rules).lint(text, as: language, version: version))
    }

    private static func read(_ path: String, largest: Int) throws(InputError) -> [UInt8] {
      guard let handle = FileHandle(forReadingAtPath: path) else { throw InputError("it cannot be read") }
      defer { try? handle.close() }
      // One byte more than is allowed tells a file that is too large; what is no regular file was sorted out before.
      guard let data = try? handle.read(upToCount: largest + 1) else { return [] }
      if data.count > largest { throw InputError("it has more than \(largest) bytes") }
      return Array(data)
    }

    /// Carries out the fixes of findings.
    ///
    /// - Returns: the files that changed, and how many findings that mends.
    func mend(_ results: [FileResult]) -> (files: [String], count: Int) {
      var files: [String] = [], count = 0
      for result in results {
        let fixes = result.report.findings.compactMap(\.fix)
        guard !fixes.isEmpty, let bytes = try? Self.read(result.path, largest: largest) else { continue }
        let mended = Fix.apply(fixes, to: bytes)
        do {
          try Self.replace(result.path, by: Data(mended.bytes))
          files.append(result.path)
          count += mended.count
        } catch {
          StandardStreams.error("error: cannot write `\(result.path)`: \(error.localizedDescription)\n")
        }
      }
      return (files, count)
    }

    /// Writes a file at once, links followed and permissions kept.
    private static func replace(_ path: String, by data: Data) throws {
      let target = URL(filePath: path).resolvingSymlinksInPath()
      let permissions = try FileManager.default.attributesOfItem(atPath: target.path)[.posixPermissions]
      try data.write(to: target, options: .atomic)
      if let permissions {
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: target.path)
      }
    }

    func saveCache() throws { try cache?.save() }
  }

  extension FileResult {
    /// Without what stands in unchanged lines, and what is known already.
    func kept(since changes: Changes?, unlessIn baseline: Baseline?) -> FileResult {
      var result = self
      result.report.findings.removeAll { finding in
        changes?.contains(path, finding.start.line...max(finding.start.line, finding.end.line)) == false
          || baseline?.contains(path, finding) == true
      }
      return result
    }
  }
#endif
