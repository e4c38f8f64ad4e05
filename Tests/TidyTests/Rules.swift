// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Where a rule is broken, and how.
struct Violation: CustomStringConvertible, Equatable {
    let path: String
    let line: Int
    let what: String

    var description: String { "\(path):\(line): \(what)" }
}

/// The rules of CONTRIBUTING.md that a program can check. Each looks at one file and knows nothing of the others.
enum Rule: String, CaseIterable, Sendable {
    case fileLength, functionLength, lineLength, uncheckedSendable, nonisolatedUnsafe, unsafeKeyword
    case bindingImport, pureImport, platformImport, unfinishedWork, licenseHeader
    case serializedSuite, plantedBug

    static let maximumFileLength = 700
    static let maximumFunctionLength = 70
    /// In characters. The formatter breaks code, and leaves comments and strings as they are.
    static let maximumLineLength = 120

    /// The only files that may say `@unchecked Sendable`; each must say at the place why it holds.
    static let uncheckedSendableFiles: Set<String> = [
        "Sources/SinewCore/Locking/Locked.swift",
        "Sources/SinewCore/Threads/Bell.swift",
        "Sources/SinewSubjects/Index/ConcurrentSubjectIndex.swift",
        "Sources/SinewSubjects/Index/IndexStorage.swift",
        "Sources/SinewSubjects/Index/SubjectMatches.swift",
        "Sources/ZeroMQ/Context/ContextHandle.swift",
        "Sources/ZeroMQ/Engine/Shelf.swift",
        "Sources/ZeroMQ/Engine/SocketHandle.swift",
        "Sources/ZeroMQ/Message/Frame.swift",
        "Sources/ZeroMQ/Message/Message.swift",
    ]

    /// Where `unsafe` expressions may be: the binding of the C library, the lock, the checksum, the arena of the
    /// subject index, the words by which the bus knows subjects, its copies of bytes, the system calls of the
    /// command-line tool, and the measurements.
    static let unsafePrefixes = [
        "Sources/ZeroMQ/", "Sources/SinewCore/Locking/Locked", "Sources/SinewCore/Checksum/",
        "Sources/SinewCore/Threads/", "Sources/SinewLog/System/", "Sources/SinewLog/Store/AppendWaiter",
        "Sources/SinewLog/Store/LogCore",
        "Sources/SinewSubjects/Index/",
        "Sources/SinewBusCore/Routing/PlanCache", "Sources/SinewBusCore/Wire/Array+Span", "Sources/SinewCLI/System/",
        "Benchmarks/",
    ]

    /// What a target without input, output, clock and threads may import.
    static let pureTargets: [String: Set<String>] = [
        "SinewCore": ["CSinewShims", "Synchronization"],
        "SinewBusCore": ["SinewCore", "SinewMembership", "SinewSubjects"],
        "SinewCommandCore": ["SinewSubjects"],
        "SinewLog": ["CSinewShims", "Darwin", "Glibc", "SinewCore", "SinewSubjects"],
        "SinewMembership": ["SinewCore", "SinewSubjects"],
        "SinewSubjects": ["Synchronization"],
        "SinewTesting": ["SinewCore"],
        "Simulations": ["SinewBusCore", "SinewCore", "SinewMembership", "SinewSubjects", "SinewTesting"],
    ]

    /// What nothing below `Sources` may import: on Linux they are large, and they bring threads of their own.
    static let platformModules: Set<String> = ["Foundation", "FoundationEssentials", "Dispatch"]

    func violations(in file: SourceFile) -> [Violation] {
        switch self {
        case .fileLength: fileLength(file)
        case .functionLength: functionLength(file)
        case .lineLength: lineLength(file)
        case .uncheckedSendable: uncheckedSendable(file)
        case .nonisolatedUnsafe: nonisolatedUnsafe(file)
        case .unsafeKeyword: unsafeKeyword(file)
        case .bindingImport: bindingImport(file)
        case .pureImport: pureImport(file)
        case .platformImport: platformImport(file)
        case .unfinishedWork: unfinishedWork(file)
        case .licenseHeader: licenseHeader(file)
        case .serializedSuite: serializedSuite(file)
        case .plantedBug: plantedBug(file)
        }
    }

    private func fileLength(_ file: SourceFile) -> [Violation] {
        guard file.lineCount > Self.maximumFileLength else { return [] }
        let what = "the file has \(file.lineCount) lines, more than \(Self.maximumFileLength)"
        return [Violation(path: file.path, line: file.lineCount, what: what)]
    }

    private func functionLength(_ file: SourceFile) -> [Violation] {
        guard file.isSwift else { return [] }
        return Function.all(in: file).filter { $0.lineCount > Self.maximumFunctionLength }.map { function in
            let what = "the function has \(function.lineCount) lines, more than \(Self.maximumFunctionLength)"
            return Violation(path: file.path, line: function.firstLine, what: what)
        }
    }

    private func lineLength(_ file: SourceFile) -> [Violation] {
        file.lines.enumerated().filter { $0.element.count > Self.maximumLineLength }.map { number, line in
            let what = "the line has \(line.count) characters, more than \(Self.maximumLineLength)"
            return Violation(path: file.path, line: number + 1, what: what)
        }
    }

    private func uncheckedSendable(_ file: SourceFile) -> [Violation] {
        guard !Self.uncheckedSendableFiles.contains(file.path) else { return [] }
        let what = "'@unchecked Sendable' outside the list in Rules.swift"
        return file.violations("@unchecked", #/@unchecked\s+Sendable/#, what)
    }

    private func nonisolatedUnsafe(_ file: SourceFile) -> [Violation] {
        file.violations("unsafe", #/nonisolated\s*\(\s*unsafe\s*\)/#, "'nonisolated(unsafe)' is never used")
    }

    private func unsafeKeyword(_ file: SourceFile) -> [Violation] {
        guard file.isSwift, !Self.unsafePrefixes.contains(where: file.path.hasPrefix) else { return [] }
        return file.violations("unsafe", #/(^|[^\w.])unsafe(\s|$)/#, "'unsafe' outside the binding")
    }

    private func bindingImport(_ file: SourceFile) -> [Violation] {
        guard !file.path.hasPrefix("Sources/ZeroMQ/") else { return [] }
        return file.imports.filter { $0.module == "CZeroMQ" }.map {
            Violation(path: file.path, line: $0.line, what: "only Sources/ZeroMQ imports CZeroMQ")
        }
    }

    private func pureImport(_ file: SourceFile) -> [Violation] {
        let folders = file.path.split(separator: "/")
        guard folders.count > 2, folders[0] == "Sources" else { return [] }
        guard let allowed = Self.pureTargets[String(folders[1])] else { return [] }
        return file.imports.filter { !allowed.contains($0.module) }.map {
            Violation(path: file.path, line: $0.line, what: "\(folders[1]) is pure and may not import \($0.module)")
        }
    }

    private func platformImport(_ file: SourceFile) -> [Violation] {
        // The one target that is there for it.
        guard file.path.hasPrefix("Sources/"), !file.path.hasPrefix("Sources/SinewFoundation/") else { return [] }
        return file.imports.filter { Self.platformModules.contains($0.module) }.map {
            Violation(path: file.path, line: $0.line, what: "nothing below Sources imports \($0.module)")
        }
    }

    private func unfinishedWork(_ file: SourceFile) -> [Violation] {
        // Looks at comments and strings too. The words are taken apart here so that this file passes.
        let words = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]
        guard words.contains(where: file.text.contains) else { return [] }
        return file.lines.enumerated().compactMap { number, line in
            let tokens = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
            guard let word = tokens.first(where: { words.contains(String($0)) }) else { return nil }
            return Violation(path: file.path, line: number + 1, what: "'\(word)': finish it, or file an issue")
        }
    }

    private func licenseHeader(_ file: SourceFile) -> [Violation] {
        let header: [Substring] = [
            "// This source file is part of the Sinew project: https://github.com/sinew-project/sinew",
            "// SPDX-License-Identifier: Apache-2.0",
        ]
        guard !file.path.hasPrefix("Snippets/"), !file.lines.starts(with: header) else { return [] }
        return [Violation(path: file.path, line: 1, what: "the file does not start with the license header")]
    }

    /// A normal build contains no planted bug: whatever speaks of one is compiled with the trait alone.
    private func plantedBug(_ file: SourceFile) -> [Violation] {
        guard file.path.hasPrefix("Sources/"), file.isSwift else { return [] }
        guard file.text.contains(#/(?i)plantedbug/#) else { return [] }
        // For each `#if` around the line, whether it asks for the trait.
        var conditions: [Bool] = []
        return file.code.enumerated().compactMap { number, line in
            let words = line.split(separator: " ")
            switch words.first {
            case "#if": conditions.append(words.dropFirst() == ["PlantedBugs"])
            case "#else", "#elseif": conditions = conditions.dropLast() + [words.dropFirst() == ["PlantedBugs"]]
            case "#endif": conditions = conditions.dropLast()
            default:
                guard line.contains(#/(?i)plantedbug/#), !conditions.contains(true) else { return nil }
                return Violation(path: file.path, line: number + 1, what: "a planted bug outside '#if PlantedBugs'")
            }
            return nil
        }
    }

    /// The tests of one suite of sockets do not run beside each other: see Documentation/testing.md.
    private func serializedSuite(_ file: SourceFile) -> [Violation] {
        guard file.path.hasPrefix("Tests/ZeroMQTests/") else { return [] }
        let suites = file.code.indices.filter { file.code[$0].contains("@Suite") }
        let wrong = suites.filter { index in
            // The arguments go on until something is declared.
            let declaration = #/\b(struct|class|actor|enum|extension)\s+\w/#
            let end = file.code[index...].firstIndex { $0.contains(declaration) } ?? file.code.endIndex
            return !file.code[index..<max(end, index + 1)].contains { $0.contains(".serialized") }
        }
        guard suites.isEmpty else {
            return wrong.map { Violation(path: file.path, line: $0 + 1, what: "the suite is not '.serialized'") }
        }
        // Tests make a suite of what they are in; an extension's suite is looked at in its own file.
        let isExtension = file.code.contains { $0.hasPrefix("extension ") }
        guard !isExtension, let test = file.code.firstIndex(where: { $0.contains("@Test") }) else { return [] }
        return [Violation(path: file.path, line: test + 1, what: "a suite needs '@Suite(.serialized, …)'")]
    }
}

extension SourceFile {
    /// The modules the file imports, with the line (from 1) of each import.
    var imports: [(module: String, line: Int)] {
        let pattern = #/(^|\s)import\s+((struct|class|enum|protocol|typealias|func|let|var)\s+)?(?<module>\w+)/#
        guard isSwift else { return [] }
        return code.enumerated().compactMap { number, line in
            guard line.contains("import"), let match = line.firstMatch(of: pattern) else { return nil }
            return (String(match.output.module), number + 1)
        }
    }

    /// One violation for each line of code that the pattern matches. Looks for the word first, which is faster.
    fileprivate func violations(_ word: String, _ pattern: some RegexComponent, _ what: String) -> [Violation] {
        guard text.contains(word) else { return [] }
        return code.enumerated().compactMap { number, line in
            line.firstMatch(of: pattern) == nil ? nil : Violation(path: path, line: number + 1, what: what)
        }
    }
}
