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
    name: "sinew",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ZeroMQ", targets: ["ZeroMQ"]),
        .library(name: "SinewCore", targets: ["SinewCore"]),
        .library(name: "SinewSubjects", targets: ["SinewSubjects"]),
        .library(name: "SinewLog", targets: ["SinewLog"]),
        .library(name: "SinewTesting", targets: ["SinewTesting"]),
        .library(name: "Sinew", targets: ["Sinew"]),
        .library(name: "SinewFoundation", targets: ["SinewFoundation"]),
        .executable(name: "sinew", targets: ["SinewCLI"]),
    ],
    traits: [
        .trait(name: "Metrics", description: "SocketMetrics, NodeMetrics: what was done, through swift-metrics."),
        .trait(name: "PlantedBugs", description: "For tests: machines that can be told to be wrong in known ways."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CZeroMQ",
            pkgConfig: zeroMQPkgConfig,
            providers: [.apt(["libzmq3-dev"]), .brew(["zeromq"])]
        ),
        .target(name: "CSinewShims"),
        .target(name: "SinewCore", dependencies: ["CSinewShims"]),
        .target(
            name: "ZeroMQ",
            dependencies: [
                "CZeroMQ",
                "CSinewShims",
                "SinewCore",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
            ]
        ),
        .target(name: "SinewSubjects"),
        .target(name: "SinewMembership", dependencies: ["SinewCore", "SinewSubjects"]),
        .target(name: "SinewBusCore", dependencies: ["SinewCore", "SinewMembership", "SinewSubjects"]),
        .target(
            name: "SinewBus",
            dependencies: [
                "CSinewShims",
                "SinewBusCore",
                "SinewCore",
                "SinewMembership",
                "SinewSubjects",
                "ZeroMQ",
                .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "Sinew",
            dependencies: ["SinewBus", "SinewBusCore", "SinewCore", "SinewMembership", "SinewSubjects", "ZeroMQ"]
        ),
        .target(name: "SinewLog", dependencies: ["CSinewShims", "SinewCore", "SinewSubjects"]),
        // The one target that imports Foundation: for those who use it anyway.
        .target(name: "SinewFoundation", dependencies: ["SinewBus"]),
        .target(name: "SinewTesting", dependencies: ["SinewCore"]),
        .target(
            name: "Simulations",
            dependencies: ["SinewBusCore", "SinewCore", "SinewMembership", "SinewSubjects", "SinewTesting"]
        ),
        .target(name: "CSinewProcess"),
        .target(name: "SinewCommandCore", dependencies: ["SinewSubjects"]),
        .executableTarget(
            name: "SinewCLI",
            dependencies: [
                "CSinewProcess",
                "Simulations",
                "SinewBus",
                "SinewBusCore",
                "SinewCommandCore",
                "SinewCore",
                "SinewLog",
                "SinewMembership",
                "SinewSubjects",
                "ZeroMQ",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .target(name: "PipelineCore", path: "Examples/PipelineCore"),
        .executableTarget(
            name: "pipeline",
            dependencies: [
                "PipelineCore",
                "ZeroMQ",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Examples/Pipeline",
            exclude: ["README.md"]
        ),
        .target(
            name: "CustomTopologyCore",
            dependencies: ["SinewCore", "SinewSubjects"],
            path: "Examples/CustomTopologyCore"
        ),
        .target(
            name: "CustomTopologySimulation",
            dependencies: ["CustomTopologyCore", "SinewCore", "SinewSubjects", "SinewTesting"],
            path: "Examples/CustomTopologySimulation"
        ),
        .executableTarget(
            name: "custom-topology",
            dependencies: [
                "CustomTopologyCore",
                "CustomTopologySimulation",
                "SinewCore",
                "SinewSubjects",
                "SinewTesting",
                "ZeroMQ",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Examples/CustomTopology",
            exclude: ["README.md"]
        ),
        .executableTarget(
            name: "orders-core",
            dependencies: [
                "Sinew",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Examples/OrdersCore",
            exclude: ["README.md"]
        ),
        .target(name: "TestSupport", dependencies: ["SinewCore"], path: "Tests/TestSupport"),
        .target(
            name: "LogTestSupport",
            dependencies: ["SinewCore", .product(name: "Logging", package: "swift-log")],
            path: "Tests/LogTestSupport"
        ),
        .testTarget(name: "SinewCoreTests", dependencies: ["SinewCore", "TestSupport"], exclude: ["Vectors"]),
        .testTarget(
            name: "SinewSubjectsTests",
            dependencies: ["SinewCommandCore", "SinewSubjects", "SinewTesting", "TestSupport"],
            exclude: ["Vectors"]
        ),
        .testTarget(name: "SinewTestingTests", dependencies: ["SinewCore", "SinewTesting", "TestSupport"]),
        .testTarget(
            name: "SinewMembershipTests",
            dependencies: ["SinewCore", "SinewMembership", "SinewSubjects", "SinewTesting", "TestSupport"],
            exclude: ["Vectors"]
        ),
        .testTarget(
            name: "SinewBusCoreTests",
            dependencies: [
                "SinewBusCore", "SinewCore", "SinewMembership", "SinewSubjects", "SinewTesting", "TestSupport",
            ],
            exclude: ["Vectors"]
        ),
        .testTarget(
            name: "SinewLogTests",
            dependencies: ["SinewCore", "SinewLog", "SinewSubjects", "SinewTesting", "TestSupport"]
        ),
        .testTarget(
            name: "SinewBusTests",
            dependencies: [
                "LogTestSupport", "SinewBus", "SinewBusCore", "SinewCore", "SinewFoundation", "SinewMembership",
                "SinewSubjects", "TestSupport", "ZeroMQ",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
                .product(name: "MetricsTestKit", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "CustomTopologyTests",
            dependencies: [
                "CustomTopologyCore", "CustomTopologySimulation", "SinewCore", "SinewSubjects", "SinewTesting",
                "TestSupport",
            ]
        ),
        .testTarget(
            name: "CustomTopologySocketTests",
            dependencies: ["custom-topology", "CustomTopologyCore", "SinewCore", "SinewSubjects", "ZeroMQ"]
        ),
        .testTarget(name: "OrdersCoreTests", dependencies: ["orders-core", "TestSupport"]),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Simulations", "SinewBusCore", "SinewCore", "SinewMembership", "SinewSubjects", "SinewTesting",
                "TestSupport",
            ]
        ),
        .testTarget(name: "PipelineTests", dependencies: ["PipelineCore", "ZeroMQ", "pipeline", "TestSupport"]),
        .testTarget(name: "SinewCommandCoreTests", dependencies: ["SinewCommandCore", "TestSupport"]),
        .testTarget(name: "SinewCLITests", dependencies: ["SinewCLI", "TestSupport", "ZeroMQ"]),
        .testTarget(name: "CompileFailTests", dependencies: ["ZeroMQ", "TestSupport"], exclude: ["Fixtures"]),
        .testTarget(
            name: "InteropTests",
            dependencies: [
                "SinewBus", "SinewBusCore", "SinewCore", "SinewMembership", "SinewSubjects", "TestSupport", "ZeroMQ",
            ],
            exclude: ["Golden", "Peers"]
        ),
        .testTarget(name: "TidyTests", dependencies: ["TestSupport"]),
        .testTarget(
            name: "ZeroMQTests",
            dependencies: [
                "ZeroMQ",
                "CZeroMQ",
                "SinewCore",
                "LogTestSupport", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "CoreMetrics", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
                .product(name: "MetricsTestKit", package: "swift-metrics", condition: .when(traits: ["Metrics"])),
            ]
        ),
    ]
)

// Documentation is built with swift-docc-plugin, which users of the package never need to fetch.
if Context.environment["SINEW_DOCS"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}

// The optimised build of the tests is for those of the sockets; building the others too would double its time.
if Context.environment["SINEW_SOCKET_TESTS"] != nil {
    let wanted: Set = ["CZeroMQ", "CSinewShims", "SinewCore", "ZeroMQ", "LogTestSupport", "TestSupport", "ZeroMQTests"]
    package.products.removeAll { $0.name != "ZeroMQ" }
    package.targets.removeAll { !wanted.contains($0.name) }
}

// The bus and its tests alone: minutes less where only they have changed.
if Context.environment["SINEW_BUS_TESTS"] != nil {
    let wanted: Set = [
        "CZeroMQ", "CSinewShims", "SinewCore", "SinewSubjects", "SinewMembership", "SinewBusCore", "SinewTesting",
        "ZeroMQ", "SinewBus", "SinewFoundation", "Sinew", "LogTestSupport", "TestSupport", "SinewBusTests",
        "orders-core",
        "OrdersCoreTests", "InteropTests",
    ]
    package.products.removeAll { !wanted.contains($0.name) }
    package.targets.removeAll { !wanted.contains($0.name) }
}

// The command-line tool and its tests alone: a minute, where everything takes many.
if Context.environment["SINEW_TOOL_TESTS"] != nil {
    let wanted: Set = [
        "CZeroMQ", "CSinewShims", "SinewCore", "SinewSubjects", "SinewMembership", "SinewBusCore", "SinewTesting",
        "ZeroMQ", "SinewBus", "Sinew", "SinewLog", "TestSupport", "Simulations", "CSinewProcess", "SinewCommandCore",
        "SinewCLI",
        "sinew", "SinewCLITests", "SinewCommandCoreTests", "TidyTests",
    ]
    package.products.removeAll { !wanted.contains($0.name) }
    package.targets.removeAll { !wanted.contains($0.name) }
}

// The machines and their simulations alone: optimised, with planted bugs or under a sanitizer within a minute.
if Context.environment["SINEW_PURE_TESTS"] != nil {
    let pure: Set = [
        "CSinewShims", "SinewCore", "SinewSubjects", "SinewMembership", "SinewBusCore", "SinewTesting", "Simulations",
        "SinewLog", "SinewLogTests", "TestSupport", "SinewCommandCore", "SinewCoreTests", "SinewBusCoreTests",
        "SinewSubjectsTests", "SinewMembershipTests", "SinewTestingTests", "SimulationTests",
        "CustomTopologyCore", "CustomTopologySimulation", "CustomTopologyTests",
    ]
    package.products.removeAll { !pure.contains($0.name) }
    package.targets.removeAll { !pure.contains($0.name) }
    package.dependencies = []
}

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
