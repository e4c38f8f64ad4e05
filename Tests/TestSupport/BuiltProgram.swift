// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Programs that were built with the tests, for tests that run them.
package enum BuiltProgram {
    /// Where the build has put a program: beside the tests.
    ///
    /// The tests are named by the arguments they were started with, be they the program or a bundle that it loads.
    /// `Bundle.allBundles` would tell too, but LeakSanitizer sees its list as lost every now and then.
    ///
    /// - Returns: A path, which nobody can run if there is no such program.
    package static func path(of name: String) -> String {
        let folders = CommandLine.arguments.compactMap { folderOfTests($0) }
        let programs = folders.map { $0.appending(path: name).path }
        return programs.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "\(name)-is-not-built"
    }

    /// The folder in which the outermost `.xctest` of a path is.
    private static func folderOfTests(_ argument: String) -> URL? {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard let tests = parts.firstIndex(where: { $0.hasSuffix(".xctest") }) else { return nil }
        return URL(filePath: parts[..<tests].joined(separator: "/") + "/", directoryHint: .isDirectory)
    }
}
