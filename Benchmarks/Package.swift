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
  dependencies: [.package(name: "martlet", path: "..")],
  targets: [
    // The same sources as the target of that name which Martlet's tests use; it is in none of Martlet's products.
    .target(
      name: "CheckerModels", dependencies: [.product(name: "Refinement", package: "martlet")], path: "CheckerModels",
      swiftSettings: strict),
    .executableTarget(
      name: "CheckerBenchmark", dependencies: ["CheckerModels", .product(name: "Refinement", package: "martlet")],
      path: "CheckerBenchmark", swiftSettings: strict),
  ]
)
