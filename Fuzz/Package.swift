// swift-tools-version: 6.2
// Fuzzers of the parts that read what anybody may write. Built by Scripts/fuzz with `--sanitize fuzzer`, which brings
// `main`; no part of the product.
import PackageDescription

let package = Package(
  name: "martlet-fuzz",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "martlet", path: "..")],
  targets: [
    .executableTarget(
      name: "FrontEnd", dependencies: [.product(name: "CSPM", package: "martlet")],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])])
  ]
)
