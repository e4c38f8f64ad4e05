// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Reads the lines of a certificate, one after the other.
struct CertificateParser {
    private static let maximumDepth = 8
    private static let maximumMetadataCount = 256

    private let path: String
    /// The sections that enclose the next line.
    private var sections: [String] = []
    private(set) var publicKey: CurvePublicKey?
    private(set) var secretKey: CurveSecretKey?
    private(set) var metadata: [String: String] = [:]

    init(path: String) { self.path = path }

    func failure(_ line: Int?, _ what: String) -> ZMQError {
        let place = line.map { ":\($0)" } ?? ""
        return ZMQError(.invalidCertificate, operation: "read certificate \(path)\(place)", advice: what)
    }

    static func isNameCharacter(_ character: UInt8) -> Bool {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: Array("$-_@.&+/".utf8).contains(character)
        }
    }

    private static func isSpace(_ character: UInt8) -> Bool { character == 0x20 || character == 9 || character == 13 }

    mutating func read(_ line: [UInt8], number: Int) throws(ZMQError) {
        let indent = line.prefix { $0 == 0x20 }.count
        var rest = line[indent...]
        while let last = rest.last, Self.isSpace(last) { rest.removeLast() }
        guard let first = rest.first, first != UInt8(ascii: "#") else { return }
        guard first != 9 else { throw failure(number, "it is indented with a tab; use four spaces") }
        guard indent % 4 == 0 else { throw failure(number, "it is indented by \(indent) spaces; use four a level") }
        let depth = indent / 4
        guard depth <= sections.count, depth < Self.maximumDepth else {
            throw failure(number, "it is indented deeper than the section above it allows")
        }
        let name = rest.prefix(while: Self.isNameCharacter)
        guard !name.isEmpty else { throw failure(number, "a name was expected") }
        rest = rest.dropFirst(name.count).drop(while: Self.isSpace)
        sections.removeSubrange(depth...)
        sections.append(String(decoding: name, as: UTF8.self))
        switch rest.first {
        case nil, UInt8(ascii: "#"): return
        case UInt8(ascii: "="): try keep(try value(Array(rest.dropFirst().drop(while: Self.isSpace)), number), number)
        default: throw failure(number, "'=' was expected after \(sections[depth])")
        }
    }

    private func value(_ text: [UInt8], _ number: Int) throws(ZMQError) -> [UInt8] {
        guard let quote = text.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            var value = text.prefix { $0 != UInt8(ascii: "#") }
            while let last = value.last, Self.isSpace(last) { value.removeLast() }
            return Array(value)
        }
        guard let end = text.dropFirst().firstIndex(of: quote) else {
            throw failure(number, "the closing quote is missing")
        }
        let rest = text[(end + 1)...].drop(while: Self.isSpace)
        guard rest.isEmpty || rest.first == UInt8(ascii: "#") else {
            throw failure(number, "there is more after the closing quote")
        }
        return Array(text[1..<end])
    }

    private mutating func keep(_ value: [UInt8], _ number: Int) throws(ZMQError) {
        switch sections.count {
        case 2 where sections == ["curve", "public-key"]:
            guard publicKey == nil else { throw failure(number, "there is a second public-key") }
            publicKey = try CurvePublicKey(try key(value, number))
        case 2 where sections == ["curve", "secret-key"]:
            guard secretKey == nil else { throw failure(number, "there is a second secret-key") }
            var bytes = try key(value, number)
            defer { wipe(&bytes) }
            secretKey = try CurveSecretKey(bytes)
        case 2 where sections[0] == "metadata":
            guard metadata.count < Self.maximumMetadataCount else {
                throw failure(number, "there is too much metadata")
            }
            guard let text = String(validating: value, as: UTF8.self), !value.contains(0) else {
                throw failure(number, "the value is not UTF-8 text")
            }
            metadata[sections[1]] = text
        // What other programs keep in the file is theirs.
        default: return
        }
    }

    /// The bytes of a key. The error tells the character's place, and not the text, which may be the secret.
    private func key(_ text: [UInt8], _ number: Int) throws(ZMQError) -> [UInt8] {
        do throws(ZMQError) { return try CurveKey.decode(text, "") } catch {
            throw failure(number, "\(sections[1]): \(error.advice)")
        }
    }
}
