// swift-tools-version: 6.2
// A package of its own, so that building Martlet does not build its benchmarks.
import PackageDescription

let package = Package(
  name: "MartletBenchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "martlet", path: "..")],
  targets: [
    .executableTarget(
      name: "CheckerBenchmark",
      dependencies: [
        .product(name: "Refinement", package: "martlet"), .product(name: "CheckerModels", package: "martlet"),
      ],
      path: "CheckerBenchmark")
  ]
)
