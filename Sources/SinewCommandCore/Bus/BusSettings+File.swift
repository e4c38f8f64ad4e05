// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension BusSettings {
    /// Reads a file: lines of `key = value`, of which `seed` may be repeated. Empty lines, and those that begin with
    /// `#`, say nothing.
    ///
    /// - Parameters:
    ///   - bytes: What is in the file.
    ///   - path: Where it is, for the errors.
    /// - Throws: For what is not understood, with its line: nothing is passed over.
    package init(file bytes: [UInt8], path: String) throws(ArgumentFault) {
        self.init()
        guard let text = String(validating: bytes, as: UTF8.self) else { throw ArgumentFault("\(path) is not UTF-8") }
        // Of a file of Windows, each line ends with two characters that are one in Swift.
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = Self.trim(line)
            guard !line.isEmpty, line.first != "#" else { continue }
            func fault(_ reason: String) -> ArgumentFault { ArgumentFault("\(path), line \(index + 1): \(reason)") }
            guard let sign = line.firstIndex(of: "=") else { throw fault("'\(line)' is no 'key = value'") }
            let key = String(Self.trim(line[..<sign]))
            let value = String(Self.trim(line[line.index(after: sign)...]))
            guard !value.isEmpty else { throw fault("'\(key)' has no value") }
            switch key {
            case "name" where name == nil: name = value
            case "cluster" where cluster == nil: cluster = value
            case "bind" where bind == nil: bind = value
            case "seed": seeds.append(value)
            case "name", "cluster", "bind": throw fault("'\(key)' was said before; only seed may be repeated")
            default: throw fault("there is no key '\(key)'; there are name, cluster, bind and seed")
            }
        }
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
