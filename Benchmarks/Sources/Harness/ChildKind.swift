// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a child process runs.
package struct ChildKind: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    package let name: String
    private let program: String?
    package let arguments: [String]

    /// The part of that name in a copy of this executable.
    package init(_ name: String) {
        self.name = name
        self.program = nil
        self.arguments = ["child", name]
    }

    package init(stringLiteral name: String) { self.init(name) }

    /// Another program with these first arguments.
    package init(_ name: String, program: String, arguments: [String]) {
        self.name = name
        self.program = program
        self.arguments = arguments
    }

    func executable() throws(HarnessError) -> URL {
        if let program { return URL(fileURLWithPath: program) }
        guard let executable = Bundle.main.executableURL else {
            throw HarnessError("the path of this executable is unknown, so no child can be started")
        }
        return executable
    }
}
