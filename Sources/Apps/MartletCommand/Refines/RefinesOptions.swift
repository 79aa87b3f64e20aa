import ArgumentParser
import Refinement

/// The options of FDR's engine and evaluator, dots and underscores written as dashes (FDR manual, "Options").
///
/// They are taken so that command lines written for FDR run; what is said of each is what it would do there.
struct RefinesOptions: ParsableArguments {
  @Option(help: .hidden) var compilerCheckForImmediateRecursions: String?
  @Option(help: .hidden) var compilerLeafCompression: String?
  @Option(help: .hidden) var compilerRecursiveHighLevel: String?
  @Option(help: .hidden) var compilerReuseMachines: String?
  @Option(help: .hidden) var cspmEvaluatorHeapSize: ByteCount?
  @Option(help: .hidden) var cspmProfilingActive: String?
  @Option(help: .hidden) var cspmProfilingFlattenRecursion: String?
  @Option(help: .hidden) var cspmRuntimeRangeChecks: String?
  @Option(help: .hidden) var refinementBfsWorkers: WorkerCount?
  @Option(help: .hidden) var refinementClusterHomogeneous: String?
  @Option(help: .hidden) var refinementDesiredCounterexampleCount: String?
  @Option(help: .hidden) var refinementExplorerStorageType: String?
  @Option(help: .hidden) var refinementStorageCompressor: String?
  @Option(help: .hidden) var refinementStorageFilePath: [SpillDirectory] = []
  @Option(help: .hidden) var refinementStorageFileCacheSize: String?
  @Option(help: .hidden) var refinementStorageFileChecksum: String?
  @Option(help: .hidden) var refinementStorageFileCompressor: String?
  @Option(help: .hidden) var refinementTrackHistory: String?

  /// What was given and changes nothing.
  var withoutMeaning: [String] {
    let given: [(String, String?)] = [
      ("compiler-check-for-immediate-recursions", compilerCheckForImmediateRecursions),
      ("compiler-leaf-compression", compilerLeafCompression),
      ("compiler-recursive-high-level", compilerRecursiveHighLevel), ("compiler-reuse-machines", compilerReuseMachines),
      ("cspm-profiling-active", cspmProfilingActive),
      ("cspm-profiling-flatten-recursion", cspmProfilingFlattenRecursion),
      ("cspm-runtime-range-checks", cspmRuntimeRangeChecks),
      ("refinement-cluster-homogeneous", refinementClusterHomogeneous),
      ("refinement-desired-counterexample-count", refinementDesiredCounterexampleCount),
      ("refinement-explorer-storage-type", refinementExplorerStorageType),
      ("refinement-storage-compressor", refinementStorageCompressor),
      ("refinement-storage-file-cache-size", refinementStorageFileCacheSize),
      ("refinement-storage-file-checksum", refinementStorageFileChecksum),
      ("refinement-storage-file-compressor", refinementStorageFileCompressor),
      ("refinement-track-history", refinementTrackHistory),
    ]
    return given.filter { $0.1 != nil }.map(\.0)
  }

  /// The evaluator's heap is the memory that a check may take; of several directories the first is used.
  func applied(to limits: Limits) -> Limits {
    var limits = limits
    limits.terms = ScriptOptions.terms
    limits.workers = refinementBfsWorkers?.value ?? WorkerCount.usual
    limits.spill = refinementStorageFilePath.first?.path
    limits.memory = cspmEvaluatorHeapSize?.bytes ?? limits.memory
    return limits
  }
}
