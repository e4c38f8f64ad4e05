// swift-tools-version: 6.2
// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

// Homebrew's prefix is not on the default search path; on Debian pkg-config only adds a warning to every command.
#if os(macOS)
let zeroMQPkgConfig: String? = "libzmq"
#else
let zeroMQPkgConfig: String? = nil
#endif

let package = Package(
    name: "sinew-benchmarks",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "compare", targets: ["compare"])
    ],
    dependencies: [
        .package(name: "sinew", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibZMQ",
            pkgConfig: zeroMQPkgConfig,
            providers: [.apt(["libzmq3-dev"]), .brew(["zeromq"])]
        ),
        // The yardstick: what a C programmer would write against libzmq's API, optimised in every configuration.
        .target(
            name: "CBaseline",
            dependencies: ["CLibZMQ"],
            cSettings: [.unsafeFlags(["-O2"])],
            linkerSettings: [.linkedLibrary("zmq")]
        ),
        // The yardstick of the bus: a client of nats-server that is not the bottleneck.
        .target(name: "CNats", dependencies: ["CBaseline"], cSettings: [.unsafeFlags(["-O2"])]),
        // The yardstick of the subject index: the same trie.
        .target(name: "CSubjects", cSettings: [.unsafeFlags(["-O2"])]),
        // What every suite shares: child processes, alternating rounds, statistics, reports.
        .target(name: "Harness"),
        .executableTarget(
            name: "compare",
            dependencies: [
                "CBaseline",
                "CNats",
                "CSubjects",
                "Harness",
                .product(name: "Sinew", package: "sinew"),
                .product(name: "SinewSubjects", package: "sinew"),
                .product(name: "ZeroMQ", package: "sinew"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ]
        ),
        .testTarget(name: "HarnessTests", dependencies: ["Harness"]),
    ]
)

for target in package.targets {
    switch target.type {
    case .regular, .test, .executable:
        target.swiftSettings =
            (target.swiftSettings ?? []) + [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InferIsolatedConformances"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
                .enableUpcomingFeature("ImmutableWeakCaptures"),
                .enableExperimentalFeature("Lifetimes"),
                .strictMemorySafety(),
                .treatAllWarnings(as: .error),
            ]
    case .macro, .plugin, .system, .binary: break
    @unknown default: break
    }
}
