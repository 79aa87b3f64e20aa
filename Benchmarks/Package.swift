// swift-tools-version: 6.2
// A package of its own, so that building Martlet does not build its benchmarks.
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "MartletBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "martlet", path: ".."),
    .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
  ],
  targets: [
    // The same sources as the target of that name which Martlet's tests use; it is in none of Martlet's products.
    .target(
      name: "CheckerModels", dependencies: [.product(name: "Refinement", package: "martlet")], path: "CheckerModels",
      swiftSettings: strict),
    .executableTarget(
      name: "CheckerBenchmark", dependencies: ["CheckerModels", .product(name: "Refinement", package: "martlet")],
      path: "CheckerBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "CompressionBenchmark", dependencies: ["CheckerModels", .product(name: "Refinement", package: "martlet")],
      path: "CompressionBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "FrontEndBenchmark", dependencies: [.product(name: "CSPM", package: "martlet")],
      path: "FrontEndBenchmark", swiftSettings: strict),
    // Channels and nurseries: ours and the peers in Swift. The one in Go is beside them, in a module of its own.
    .target(name: "BenchmarkHarness", path: "BenchmarkHarness", swiftSettings: strict),
    .target(
      name: "AdoptedWorkers", dependencies: ["BenchmarkHarness", .product(name: "CSP", package: "martlet")],
      path: "AdoptedWorkers", swiftSettings: strict),
    .executableTarget(
      name: "ChannelBenchmark",
      dependencies: [
        "AdoptedWorkers", "BenchmarkHarness", .product(name: "CSP", package: "martlet"),
        .product(name: "Refinement", package: "martlet"),
      ],
      path: "ChannelBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "PrimitiveBenchmark",
      dependencies: ["AdoptedWorkers", "BenchmarkHarness", .product(name: "CSP", package: "martlet")],
      path: "PrimitiveBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "InspectionBenchmark",
      dependencies: [
        "AdoptedWorkers", "BenchmarkHarness", .product(name: "CSP", package: "martlet"),
        .product(name: "CSPInspection", package: "martlet"),
      ],
      path: "InspectionBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "NurseryBenchmark",
      dependencies: ["AdoptedWorkers", "BenchmarkHarness", .product(name: "CSP", package: "martlet")],
      path: "NurseryBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "AsyncPeers",
      dependencies: ["BenchmarkHarness", .product(name: "AsyncAlgorithms", package: "swift-async-algorithms")],
      path: "AsyncPeers", swiftSettings: strict),
  ]
)
