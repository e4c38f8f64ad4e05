// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// The files of one log: what they are called, and how they are made so that a crash leaves nothing half made.
public struct LogFiles: Sendable {
    /// Where they are.
    let files: any FileSystem
    /// The log's directory.
    public let directory: String

    /// The files in a directory.
    ///
    /// - Parameters:
    ///   - files: The file system.
    ///   - directory: The log's directory.
    public init(_ files: any FileSystem, in directory: String) {
        self.files = files
        self.directory = directory
    }

    /// The files of a log of the store whose directory this is.
    ///
    /// - Parameter name: What the log is called.
    public func log(_ name: String) -> LogFiles { LogFiles(files, in: path("logs/\(name)")) }

    /// The number of a log in its segments: so that one in the wrong directory is seen.
    static func number(of name: String) -> UInt32 { CRC32C.checksum(Array(name.utf8).span) }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// What the segment is called whose first record has an offset: the names are in the order of the offsets.
    static func segmentName(_ baseOffset: UInt64) -> String {
        let digits = String(baseOffset)
        return String(repeating: "0", count: 20 - digits.utf8.count) + digits + ".log"
    }

    /// The offset in a segment's name.
    static func baseOffset(of name: String) -> UInt64 { UInt64(name.prefix(20)) ?? 0 }

    /// The segments' names, in order.
    func segmentNames() throws(LogError) -> [String] {
        try wrapped { () throws(FileError) in
            try files.names(in: directory).filter {
                $0.hasSuffix(".log") && $0.utf8.count == 24 && UInt64($0.prefix(20)) != nil
            }
        }
    }

    /// The segments, in order.
    ///
    /// - Returns: The name, the header and the size of each.
    /// - Throws: `LogError` with `format` or `file`.
    public func segments() throws(LogError) -> [SegmentInfo] {
        var segments: [SegmentInfo] = []
        for name in try segmentNames() {
            let size = try wrapped { () throws(FileError) in try files.open(path(name), for: .reading).size() }
            segments.append(SegmentInfo(name: name, header: try header(of: name), bytes: size))
        }
        return segments
    }

    /// The header of a segment.
    func header(of name: String) throws(LogError) -> SegmentHeader {
        let bytes = try wrapped { () throws(FileError) in
            var bytes: [UInt8] = []
            _ = try files.open(path(name), for: .reading).read(SegmentHeader.encodedBytes, at: 0, into: &bytes)
            return bytes
        }
        return try header(of: name, bytes)
    }

    /// The header of a segment whose bytes were read.
    func header(of name: String, _ bytes: [UInt8]) throws(LogError) -> SegmentHeader {
        do throws(CodecError) {
            return try SegmentHeader(decoding: bytes.span)
        } catch {
            throw LogError(.format, "'\(path(name))': \(error)")
        }
    }

    /// What to say of a batch that a later version wrote.
    func unknown(_ damage: SegmentDamage, in name: String) -> LogError {
        LogError(.format, "'\(path(name))' at byte \(damage.position): \(damage.reason)")
    }

    /// Reads a whole file.
    func read(_ name: String) throws(LogError) -> [UInt8] {
        try wrapped { () throws(FileError) in
            try Self.readAll(try files.open(path(name), for: .reading))
        }
    }

    /// Reads all bytes of a file that is open.
    static func readAll(_ file: any OpenFile) throws(FileError) -> [UInt8] {
        let size = try file.size()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        _ = try file.read(size, at: 0, into: &bytes)
        return bytes
    }

    /// Makes a segment that is there wholly or not at all, and lasts.
    func create(_ header: SegmentHeader) throws(FileError) -> any OpenFile {
        try create(Self.segmentName(header.baseOffset), with: header.encoded)
    }

    /// Makes a file that is there wholly or not at all, and lasts.
    @discardableResult
    func create(_ name: String, with bytes: [UInt8]) throws(FileError) -> any OpenFile {
        let temporary = path(name + ".tmp")
        do throws(FileError) {
            try files.remove(temporary)
        } catch {
            if error.code != .notFound { throw error }
        }
        let file = try files.open(temporary, for: .creating)
        try file.write(bytes, at: 0)
        try file.synchronize()
        do throws(FileError) {
            try files.rename(temporary, to: path(name))
            try files.synchronizeDirectory(directory)
        } catch {
            // From here on it may be there: whoever could go on without it, because there was no space, must not.
            throw error.withoutRecourse
        }
        return file
    }

    /// Runs something, and says what went wrong as an error of a log.
    func wrapped<Result>(_ body: () throws(FileError) -> Result) throws(LogError) -> Result {
        do throws(FileError) { return try body() } catch { throw LogError(error) }
    }
}
