// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing
import ZeroMQ

/// What must not compile does not, for the reason that the fixture names; and what must compile does, so that a broken
/// set-up cannot pass for a refusal.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct CompileFailTests {
    private static let package = PackageRoot.url
    private static let fixtures = package.appending(path: "Tests/CompileFailTests/Fixtures")

    @Test(arguments: [
        "SendOnPull", "ReceiveOnPush", "KeepExclusive", "ShareExclusive", "ReplyTwice", "CopyCall", "PortOutOfRange",
        "ProxyWrongWay",
    ])
    func isRefused(_ name: String) async throws {
        let file = Self.fixtures.appending(path: "\(name).swift")
        let source = try String(contentsOf: file, encoding: .utf8)
        let marker = "// expected: "
        let line = try #require(source.split(separator: "\n").first { $0.hasPrefix(marker) })
        let result = try await compile(file)
        #expect(result.status != 0, "\(name) compiled")
        #expect(result.output.contains(line.dropFirst(marker.count)), "\(result.output)")
    }

    @Test func correctUseCompiles() async throws {
        let result = try await compile(Self.fixtures.appending(path: "Correct.swift"))
        #expect(result.status == 0, "\(result.output)")
    }

    private func compile(_ file: URL) async throws -> (status: Int32, output: String) {
        try await onThread { try Self.compile(file) }
    }

    private static func compile(_ file: URL) throws -> (status: Int32, output: String) {
        let products = try productsDirectory()
        // The compiler leaves a directory behind each time.
        let scratch = FileManager.default.temporaryDirectory.appending(path: "sinew-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let process = Process()
        process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": scratch.path]) { $1 }
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "swiftc", "-emit-sil", "-o", "/dev/null", "-swift-version", "6",
            "-enable-upcoming-feature", "NonisolatedNonsendingByDefault",
            "-I", products.appending(path: "Modules").path,
            "-Xcc", "-fmodule-map-file=\(package.path)/Sources/CZeroMQ/module.modulemap",
            "-Xcc", "-fmodule-map-file=\(products.path)/CSinewShims.build/module.modulemap",
            "-Xcc", "-I", "-Xcc", "\(package.path)/Sources/CSinewShims/include",
            file.path,
        ]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    /// Where the package's modules were built: above the running test program.
    private static func productsDirectory() throws -> URL {
        var folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let module = folder.appending(path: "Modules/ZeroMQ.swiftmodule")
            if FileManager.default.fileExists(atPath: module.path) { return folder }
        }
        throw CocoaError(.fileNoSuchFile)
    }
}
