// swift-tools-version: 6.2
// Layer order is dependency order: a target may depend only on targets above it, and ArchitectureTests hold the same
// table (ARCHITECTURE.md) against the import lines of every file.
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library target at `Sources/<area>/<name>`.
func module(_ area: String, _ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(area)/\(name)",
    swiftSettings: strict + (area == "Checker" ? searching : []))
}

/// What searches is optimised in a debug build too where Scripts/test asks for it, with all its assertions: it does most
/// of the work of the tests.
let searching: [SwiftSetting] =
  Context.environment["MARTLET_OPTIMIZED_CHECKER"] == nil
  ? [] : [.unsafeFlags(["-O", "-whole-module-optimization", "-num-threads", "2", "-assert-config", "Debug"])]

/// A library of the runtime: async functions run where their caller runs, so that no channel operation hops executors.
func runtime(_ name: String, _ dependencies: [Target.Dependency], experimental: [String] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/Runtime/\(name)",
    swiftSettings: strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]
      + (["InlineAlways"] + experimental).map { .enableExperimentalFeature($0) })
}

/// A test target at `Tests/<area>/<name>Tests`.
func tests(
  _ area: String, _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [],
  exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(area)/\(name)Tests", exclude: exclude,
    resources: resources, swiftSettings: strict)
}

let package = Package(
  name: "martlet",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "CSP", targets: ["CSP"]),
    .library(name: "CSPServices", targets: ["CSPServices"]),
    .library(name: "CSPInspection", targets: ["CSPInspection"]),
    .library(name: "CSPMetrics", targets: ["CSPMetrics"]),
    .library(name: "CSPTracing", targets: ["CSPTracing"]),
    .library(name: "CSPM", targets: ["CSPM"]),
    .library(
      name: "Refinement",
      targets: ["Refinement", "OperationalSemantics", "Compression", "ProcessTerms", "TransitionSystems"]),
    .executable(name: "martlet", targets: ["martlet"]),
    .executable(name: "martlet-lint", targets: ["martlet-lint"]),
    .plugin(name: "MartletLint", targets: ["MartletLint"]),
  ],
  // What only the tools need is declared behind traits, so that nobody else fetches it: SwiftPM fetches every dependency
  // that no trait guards. Whoever wants the libraries alone depends on this package with `traits: []`.
  traits: [
    .trait(name: "Command", description: "martlet, the command-line tool (brings swift-argument-parser)"),
    .trait(name: "Lint", description: "martlet-lint: rules over Swift and Go sources (brings swift-syntax)"),
    .trait(name: "Servers", description: "The telemetry pipeline and the API gateway (bring an HTTP stack)"),
    .trait(name: "ServiceLifecycle", description: "Supervisors as services (brings swift-service-lifecycle)"),
    .trait(name: "Metrics", description: "Metrics of channels and nurseries for backends (brings swift-metrics)"),
    .trait(name: "Tracing", description: "Spans for nurseries (brings swift-distributed-tracing)"),
    .default(enabledTraits: ["Command"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
    // Wide, so that it resolves beside the macros of others.
    .package(url: "https://github.com/swiftlang/swift-syntax", "600.0.0"..<"700.0.0"),
    .package(url: "https://github.com/jpsim/Yams", "5.0.1"..<"7.0.0"),
  ],
  targets: [
    // Runtime: what a program that uses channels links, and nothing else.
    .target(name: "CScheduling", path: "Sources/Runtime/CScheduling"),
    runtime("CSPScheduling", ["CScheduling"]),
    runtime("CSPChannels", ["CScheduling", "CSPScheduling"]),
    runtime("CSPPrimitives", ["CScheduling", "CSPScheduling", "CSPChannels"]),
    runtime("CSPNursery", ["CScheduling", "CSPScheduling", "CSPChannels"], experimental: ["BuiltinModule"]),
    runtime("CSP", ["CSPScheduling", "CSPChannels", "CSPPrimitives", "CSPNursery"]),
    runtime("CSPInspection", ["CScheduling", "CSPScheduling", "CSPChannels", "CSPNursery"]),
    runtime(
      "CSPServices",
      [
        "CSPScheduling", "CSPNursery",
        .product(
          name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: .when(traits: ["ServiceLifecycle"])),
        .product(name: "Logging", package: "swift-log", condition: .when(traits: ["ServiceLifecycle"])),
      ]),
    runtime(
      "CSPMetrics",
      [
        "CSPInspection",
        .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
      ]),
    runtime(
      "CSPTracing",
      [
        "CSPNursery",
        .product(name: "Tracing", package: "swift-distributed-tracing", condition: .when(traits: ["Tracing"])),
      ]),
    // Checker: processes as terms, machines, refinement. No syntax, no language.
    .target(name: "CIntrinsics", path: "Sources/Checker/CIntrinsics"),
    .target(name: "CStack", path: "Sources/Checker/CStack"),
    module("Checker", "ProcessTerms"),
    module("Checker", "TransitionSystems", ["CIntrinsics"]),
    module("Checker", "Compression", ["TransitionSystems"]),
    module("Checker", "OperationalSemantics", ["Compression", "ProcessTerms", "TransitionSystems"]),
    module("Checker", "Refinement", ["CIntrinsics", "ProcessTerms", "TransitionSystems", "OperationalSemantics"]),
    module("Checker", "ReferenceSemantics", ["ProcessTerms"]),
    // Language: CSPm, from text to terms.
    module("Language", "CSPMSyntax"),
    module("Language", "CSPMNames", ["CSPMSyntax"]),
    module("Language", "CSPMTypes", ["CSPMNames", "CSPMSyntax"]),
    module("Language", "CSPMEvaluation", ["CStack", "CSPMNames", "CSPMSyntax", "ProcessTerms"]),
    module(
      "Language", "CSPM",
      [
        "CIntrinsics", "CSPMSyntax", "CSPMNames", "CSPMTypes", "CSPMEvaluation", "ProcessTerms", "OperationalSemantics",
        "TransitionSystems", "Refinement", "ReferenceSemantics",
      ]),
    module(
      "Language", "CSPMLanguageServer",
      ["CSPM", "CSPMEvaluation", "CSPMNames", "CSPMSyntax", "CSPMTypes", "Refinement"]),
    // Linter: rules over sources. Empty without the trait Lint.
    module("Linter", "GoSyntax"),
    module(
      "Linter", "ConcurrencyLint",
      [
        "GoSyntax",
        .product(name: "SwiftParser", package: "swift-syntax", condition: .when(traits: ["Lint"])),
        .product(name: "SwiftSyntax", package: "swift-syntax", condition: .when(traits: ["Lint"])),
      ]),
    // Apps: the only targets that print, read arguments and exit.
    module(
      "Apps", "MartletCommand",
      [
        "CSPM", "CSPMEvaluation", "CSPMLanguageServer", "CSPMSyntax", "OperationalSemantics", "ProcessTerms",
        "ReferenceSemantics", "Refinement", "TransitionSystems",
        .product(name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["Command"])),
      ]),
    .executableTarget(
      name: "martlet", dependencies: ["MartletCommand"], path: "Sources/Apps/martlet", swiftSettings: strict),
    module(
      "Apps", "MartletLintCommand",
      [
        "ConcurrencyLint",
        .product(name: "ArgumentParser", package: "swift-argument-parser", condition: .when(traits: ["Lint"])),
        .product(name: "Yams", package: "Yams", condition: .when(traits: ["Lint"])),
      ]),
    .executableTarget(
      name: "martlet-lint", dependencies: ["MartletLintCommand"], path: "Sources/Apps/martlet-lint",
      swiftSettings: strict),
    .plugin(
      name: "MartletLint",
      capability: .command(
        intent: .custom(
          verb: "martlet-lint", description: "Find mistakes in concurrent Swift and Go: tasks without an owner, …")),
      dependencies: ["martlet-lint"], path: "Plugins/MartletLint"),
    // Examples in Swift: programs that the tests run too.
    .executableTarget(
      name: "FirstSuccess", dependencies: ["CSP"], path: "Examples/first-success", swiftSettings: strict),
    .executableTarget(name: "Monitor", dependencies: ["CSP"], path: "Examples/monitor", swiftSettings: strict),
    .executableTarget(
      name: "StuckTasks", dependencies: ["CSP", "CSPInspection"], path: "Examples/stuck-tasks", swiftSettings: strict),
    .executableTarget(
      name: "LeftOverSender", dependencies: ["CSP", "CSPInspection"], path: "Examples/left-over-sender",
      swiftSettings: strict),
    // Tests.
    tests("Runtime", "CSP", ["CSP", "CSPInspection"]),
    .target(
      name: "ProcessGenerators", dependencies: ["ProcessTerms"], path: "Tests/Support/ProcessGenerators",
      swiftSettings: strict),
    .target(
      name: "CheckWays", dependencies: ["Refinement"], path: "Tests/Support/CheckWays", swiftSettings: strict),
    .target(
      name: "ChannelScenarios", dependencies: ["CSP", "CSPScheduling", "CScheduling"],
      path: "Tests/Support/ChannelScenarios",
      swiftSettings: strict),
    .target(
      name: "NurseryScenarios", dependencies: ["ChannelScenarios", "CSP", "CScheduling"],
      path: "Tests/Support/NurseryScenarios", swiftSettings: strict),
    .target(
      name: "PrimitiveScenarios", dependencies: ["ChannelScenarios", "CSP", "CSPScheduling"],
      path: "Tests/Support/PrimitiveScenarios", swiftSettings: strict),
    .target(
      name: "InspectionScenarios", dependencies: ["ChannelScenarios", "CSP", "CSPInspection"],
      path: "Tests/Support/InspectionScenarios", swiftSettings: strict),
    .target(
      name: "BlockingKernels", dependencies: ["ChannelScenarios", "CSP", "CSPInspection"],
      path: "Tests/Support/BlockingKernels", swiftSettings: strict),
    .executableTarget(
      name: "ChannelScenarioRunner",
      dependencies: [
        "ChannelScenarios", "NurseryScenarios", "PrimitiveScenarios", "InspectionScenarios", "BlockingKernels", "CSP",
        "CSPScheduling",
      ],
      path: "Tests/Support/ChannelScenarioRunner", swiftSettings: strict),
    .target(
      name: "CheckerModels", dependencies: ["ProcessTerms", "TransitionSystems"], path: "Benchmarks/CheckerModels",
      swiftSettings: strict),
    tests("Runtime", "CSPChannels", ["CSP", "CSPScheduling", "ChannelScenarios", "ChannelScenarioRunner"]),
    tests("Runtime", "CSPPrimitives", ["CSP", "ChannelScenarios", "PrimitiveScenarios"]),
    tests(
      "Runtime", "CSPNursery",
      ["CSP", "CSPNursery", "CSPScheduling", "ChannelScenarios", "NurseryScenarios", "FirstSuccess"]),
    tests(
      "Runtime", "CSPInspection",
      [
        "CSP", "CSPInspection", "ChannelScenarios", "InspectionScenarios", "NurseryScenarios", "BlockingKernels",
        "Monitor", "StuckTasks", "LeftOverSender",
      ]),
    tests("Checker", "ProcessTerms", ["ProcessTerms"]),
    tests("Checker", "TransitionSystems", ["TransitionSystems", "CheckerModels"]),
    tests("Checker", "Compression", ["Compression", "TransitionSystems", "CheckerModels"]),
    tests(
      "Checker", "OperationalSemantics",
      ["OperationalSemantics", "ProcessTerms", "TransitionSystems", "ProcessGenerators"]),
    tests(
      "Checker", "Refinement",
      ["Refinement", "OperationalSemantics", "ProcessTerms", "TransitionSystems", "CheckerModels"]),
    tests("Checker", "ReferenceSemantics", ["ReferenceSemantics", "ProcessTerms", "ProcessGenerators"]),
    tests(
      "Checker", "Laws",
      [
        "ReferenceSemantics", "Refinement", "OperationalSemantics", "ProcessTerms", "TransitionSystems",
        "ProcessGenerators", "CheckWays",
      ]),
    tests("Language", "CSPMSyntax", ["CSPMSyntax"]),
    tests("Language", "CSPMNames", ["CSPMNames", "CSPMSyntax"]),
    tests("Language", "CSPMTypes", ["CSPMTypes", "CSPMNames", "CSPMSyntax"]),
    tests(
      "Language", "CSPMEvaluation",
      ["CSPMEvaluation", "CSPMNames", "CSPMSyntax", "ProcessGenerators", "ProcessTerms"]),
    tests(
      "Language", "CSPM",
      [
        "CSPM", "CSPMEvaluation", "CSPMNames", "CSPMSyntax", "CheckWays", "CheckerModels", "OperationalSemantics",
        "ProcessTerms", "ReferenceSemantics", "Refinement", "TransitionSystems",
      ]),
    tests("Language", "CSPMLanguageServer", ["CSPM", "CSPMEvaluation", "CSPMLanguageServer", "CSPMSyntax"]),
    tests("Linter", "GoSyntax", ["GoSyntax"]),
    tests("Linter", "ConcurrencyLint", ["ConcurrencyLint"], exclude: ["GoKer", "Planted"]),
    tests("Apps", "MartletCommand", ["MartletCommand", "martlet"]),
    tests("Apps", "MartletLintCommand", ["MartletLintCommand", "martlet-lint"]),
    tests("Architecture", "Architecture", []),
  ]
)
