// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Whom the tests speak with, when it is installed.
enum PeerKind: String, CaseIterable, Sendable {
    case pyzmq, czmq

    static let package = PackageRoot.url
    static let home = package.appending(path: ".build/peers")
    static let scripts = package.appending(path: "Tests/InteropTests/Peers")
    static let python = home.appending(path: "venv/bin/python")

    /// Whether a peer that is missing is a failure rather than a skip.
    static var areRequired: Bool {
        let environment = ProcessInfo.processInfo.environment
        return environment["CI"] == "true" || environment["SINEW_REQUIRE_PEERS"] == "1"
    }

    var script: URL { Self.scripts.appending(path: "\(rawValue)_peer.py") }

    /// What scripts/peers.sh found: the peer's version and those of the libraries it runs with; nil when it is missing.
    var version: String? {
        guard FileManager.default.isExecutableFile(atPath: Self.python.path) else { return nil }
        let text = try? String(contentsOf: Self.home.appending(path: "\(rawValue).version"), encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    var isInstalled: Bool { version != nil }

    /// Why a test is skipped, and what to do about it.
    var isMissing: Comment { "\(rawValue) is not installed; install it with: bash scripts/peers.sh" }
}
