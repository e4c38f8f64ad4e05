// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Documentation/options.md names every option of the `zmq.h` that is installed, and what became of it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct OptionsAuditTests {
    @Test func everyOptionIsOfferedOrArguedAway() throws {
        let header = try String(contentsOf: Self.header(), encoding: .utf8)
        let rows = OptionRow.all(in: try PackageRoot.text("Documentation/options.md"))
        let faults = OptionAudit(header: header, rows: rows, files: try Self.files()).faults
        #expect(faults == [])
        #expect(rows.count > 90, "there are so many options, or this reads the wrong thing")
    }

    /// The audit finds what it is for.
    @Test(arguments: [
        ("| `ZMQ_NEW` | `Thing.field` | |", ["ZMQ_OLD is in zmq.h and not in the table"]),
        ("| `ZMQ_NEW` | `Thing.field` | |\n| `ZMQ_OLD` | | |", ["ZMQ_OLD is neither offered nor argued away"]),
        ("| `ZMQ_NEW` | `Thing.field` | |\n| `ZMQ_OLD` | `Thing.field` | no |", ["ZMQ_OLD is offered and argued away"]),
        (
            "| `ZMQ_NEW` | `Thing.field` | |\n| `ZMQ_OLD` | | Old. |\n| `ZMQ_GONE` | | Old. |",
            ["ZMQ_GONE is in the table and not in zmq.h"]
        ),
        (
            "| `ZMQ_NEW` | `Thing.field` | |\n| `ZMQ_OLD` | | Old. |\n| `ZMQ_OLD` | | Old. |",
            ["ZMQ_OLD is in the table twice"]
        ),
        ("| `ZMQ_NEW` | `Thing.other` | |\n| `ZMQ_OLD` | | Old. |", ["Thing.other: no 'other' in the files of Thing"]),
        ("| `ZMQ_NEW` | `Thing.more` | |\n| `ZMQ_OLD` | | Old. |", ["Thing.more: no 'more' in the files of Thing"]),
        (
            "| `ZMQ_NEW` | `Thing.Inner.more` | |\n| `ZMQ_OLD` | | Old. |",
            ["Thing.Inner.more: no 'Inner' in the files of Thing"]
        ),
        (
            "| `ZMQ_NEW` | `Nothing.field` | |\n| `ZMQ_OLD` | | Old. |",
            ["Nothing.field: no 'Nothing' in Sources/ZeroMQ"]
        ),
        ("| `ZMQ_NEW` | a field | |\n| `ZMQ_OLD` | | Old. |", ["ZMQ_NEW is offered, but without a Swift name"]),
        (
            "| `ZMQ_NEW` | `Thing.field` | |\n| `ZMQ_OLD` | `Thing.field` | |",
            ["ZMQ_OLD is offered, but Sources/ZeroMQ does not use it"]
        ),
        (
            "| `ZMQ_NEW` | `Thing.field` | |\n| `ZMQ_OLD` | security | |",
            ["ZMQ_OLD is offered, but without a Swift name"]
        ),
        ("| `ZMQ_NEW` | `Thing.field`, `Thing.call(_:)`, `Other.Inner.more` | |\n| `ZMQ_OLD` | | Old. |", []),
    ])
    func faultsAreFound(table: String, expected: [String]) {
        // A comment that names ZMQ_OLD does not make use of it.
        let files = [
            "struct Thing {\n    /// libzmq: `ZMQ_NEW`, 0.\n    var field = 0\n    // ZMQ_OLD\n}",
            "extension Thing {\n    func call(_ x: Int) { set(ZMQ_NEW) }\n}",
            "struct Other {\n    struct Inner {\n        var more = 0\n    }\n}",
        ]
        let rows = OptionRow.all(in: table)
        #expect(OptionAudit(header: Self.plantedHeader, rows: rows, files: files).faults == expected)
    }

    /// Who knows libzmq's name of an option has to find it in the documentation.
    @Test(arguments: [
        ("/// libzmq: `ZMQ_NEW`.", []),
        ("// libzmq: `ZMQ_NEW`.", ["ZMQ_NEW is offered, but no documentation comment names it"]),
        ("/// libzmq: `ZMQ_NEWER`.", ["ZMQ_NEW is offered, but no documentation comment names it"]),
        ("/// Something.", ["ZMQ_NEW is offered, but no documentation comment names it"]),
    ])
    func undocumentedNamesAreFound(comment: String, expected: [String]) {
        let rows = OptionRow.all(in: "| `ZMQ_NEW` | `Thing.field` | |\n| `ZMQ_OLD` | | Old. |")
        let file = "struct Thing {\n    \(comment)\n    var field = 0\n    func call() { set(ZMQ_NEW) }\n}"
        #expect(OptionAudit(header: Self.plantedHeader, rows: rows, files: [file]).faults == expected)
    }

    private static let plantedHeader = """
        /*  Socket options.                                                           */
        #define ZMQ_NEW 1
        /*  Message options                                                           */
        #define ZMQ_MORE 1
        /*  Deprecated options and aliases                                            */
        #define ZMQ_OLD ZMQ_NEW
        #ifdef ZMQ_BUILD_DRAFT_API
        /*  DRAFT Socket options.                                                     */
        #define ZMQ_DRAFT 2
        #endif
        """

    private struct NoHeader: Error {}

    private static func header() throws -> URL {
        var folders = ["/usr/include", "/usr/local/include", "/opt/homebrew/include", "/opt/local/include"]
        let below = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/include")) ?? []
        folders += below.filter { $0.contains("-linux-") }.map { "/usr/include/\($0)" }
        let files = folders.map { URL(filePath: $0).appending(path: "zmq.h") }
        guard let file = files.first(where: { FileManager.default.fileExists(atPath: $0.path) }) else {
            throw NoHeader()
        }
        return file
    }

    private static func files() throws -> [String] {
        let folder = PackageRoot.url.appending(path: "Sources/ZeroMQ")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var texts: [String] = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            texts.append(try String(contentsOf: file, encoding: .utf8))
        }
        return texts
    }
}

/// A row of the table.
private struct OptionRow {
    let name: String
    let offer: String
    let reason: String

    static func all(in text: String) -> [OptionRow] {
        text.split(separator: "\n").compactMap { line in
            let cells = MarkdownTable.cells(of: line)
            guard cells.count >= 3, cells[0].hasPrefix("`ZMQ_") else { return nil }
            return OptionRow(
                name: cells[0].trimmingCharacters(in: ["`"]),
                offer: String(cells[1]),
                reason: cells[2...].joined(separator: "|")
            )
        }
    }
}

/// What is wrong with the table.
private struct OptionAudit {
    let options: Set<String>
    let rows: [OptionRow]
    /// The library's code, file by file, without its comments.
    let files: [String]
    /// Its documentation comments, file by file.
    let documentation: [String]

    init(header: String, rows: [OptionRow], files: [String]) {
        var options: Set<String> = []
        var isInside = false
        for line in header.split(separator: "\n") {
            if line.contains("ZMQ_BUILD_DRAFT_API") { break }
            if line.hasPrefix("/*  ") {
                let sections = ["Context options", "Socket options.", "Deprecated options and aliases"]
                isInside = sections.contains { line.hasPrefix("/*  " + $0) }
            }
            guard isInside, line.hasPrefix("#define ZMQ_") else { continue }
            options.insert(String(line.split(separator: " ")[1]))
        }
        self.options = options
        self.rows = rows
        func lines(of text: String, where isWanted: (Substring) -> Bool) -> String {
            text.split(separator: "\n").filter { isWanted($0.drop { $0 == " " }) }.joined(separator: "\n")
        }
        self.files = files.map { lines(of: $0) { !$0.hasPrefix("//") } }
        documentation = files.map { lines(of: $0) { $0.hasPrefix("///") } }
    }

    var faults: [String] {
        let missing = options.subtracting(rows.map(\.name)).sorted()
        return missing.map { "\($0) is in zmq.h and not in the table" } + rows.indices.flatMap(faults(at:))
    }

    private func faults(at index: Int) -> [String] {
        let row = rows[index]
        guard options.contains(row.name) else { return ["\(row.name) is in the table and not in zmq.h"] }
        guard !rows[..<index].contains(where: { $0.name == row.name }) else {
            return ["\(row.name) is in the table twice"]
        }
        guard !row.offer.isEmpty || !row.reason.isEmpty else {
            return ["\(row.name) is neither offered nor argued away"]
        }
        guard row.offer.isEmpty || row.reason.isEmpty else { return ["\(row.name) is offered and argued away"] }
        guard !row.offer.isEmpty else { return [] }
        let symbols = row.offer.matches(of: #/`([^`]+)`/#).map { String($0.output.1) }
        guard !symbols.isEmpty else { return ["\(row.name) is offered, but without a Swift name"] }
        let wrong = symbols.flatMap(faults(inSymbol:))
        guard wrong.isEmpty else { return wrong }
        guard files.contains(where: { occurs(row.name, in: $0) }) else {
            return ["\(row.name) is offered, but Sources/ZeroMQ does not use it"]
        }
        return documentation.contains { occurs(row.name, in: $0) }
            ? [] : ["\(row.name) is offered, but no documentation comment names it"]
    }

    /// Each part of a symbol is looked for where those before it are declared or extended: another type's member of the
    /// same name does not do.
    private func faults(inSymbol symbol: String) -> [String] {
        var place = files
        var owner: String?
        for part in symbol.split(separator: ".") {
            let name = String(part.prefix { $0 != "(" })
            let isType = name.first?.isUppercase == true
            let words = isType ? ["class", "struct", "enum", "protocol", "extension"] : ["var", "let", "func", "case"]
            place = place.filter { file in words.contains { occurs("\($0) \(name)", in: file) } }
            guard !place.isEmpty else {
                return ["\(symbol): no '\(name)' in \(owner.map { "the files of \($0)" } ?? "Sources/ZeroMQ")"]
            }
            if isType { owner = owner.map { "\($0).\(name)" } ?? name }
        }
        return []
    }

    /// Whether the text is in the code, and no longer name begins with it.
    private func occurs(_ text: String, in code: String) -> Bool {
        code.ranges(of: text).contains { range in
            let next = code[range.upperBound...].first
            return next.map { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? true
        }
    }
}
