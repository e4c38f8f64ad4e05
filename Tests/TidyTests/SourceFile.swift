// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// One source file: its path below the package's root, its lines, and its lines without comments and strings.
struct SourceFile {
    let path: String
    let text: String
    let lines: [Substring]
    /// As many lines as `lines`; comments and the text of string literals are blank.
    let code: [Substring]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        self.lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        self.code = Blanker.blank(text).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The number of lines as an editor shows it: a final newline starts no line.
    var lineCount: Int { lines.last == "" ? lines.count - 1 : lines.count }

    var isSwift: Bool { path.hasSuffix(".swift") }
}

/// The source files of this package.
enum Tree {
    /// What the rules about code look at.
    static let code = ["Sources", "Examples", "Benchmarks/Sources"]
    /// What the rules about every file look at.
    static let all = code + ["Benchmarks/Tests", "Tests", "Snippets"]

    static let root = PackageRoot.url

    /// Every Swift and C file below the folders, in order of path. A folder that does not exist holds none.
    static func files(below folders: [String]) throws -> [SourceFile] {
        try loaded.get().filter { file in folders.contains { file.path.hasPrefix($0 + "/") } }
    }

    /// Read once: taking the comments out of every file takes a while in a debug build.
    private static let loaded = Result { try load() }

    private static func load() throws -> [SourceFile] {
        var files: [SourceFile] = []
        for folder in all {
            guard let walk = FileManager.default.enumerator(atPath: root.appending(path: folder).path) else { continue }
            for case let name as String in walk {
                let isHidden = name.split(separator: "/").contains { $0.hasPrefix(".") }
                guard !isHidden, [".swift", ".c", ".h"].contains(where: name.hasSuffix) else { continue }
                let path = "\(folder)/\(name)"
                let bytes = try Data(contentsOf: root.appending(path: path))
                files.append(SourceFile(path: path, text: String(decoding: bytes, as: UTF8.self)))
            }
        }
        return files.sorted { $0.path < $1.path }
    }
}
