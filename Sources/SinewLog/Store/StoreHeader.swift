// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// The file that says that a directory is a store, and which.
struct StoreHeader: Hashable, Sendable {
    static let fileName = "STORE"
    /// "SNWD".
    private static let magic: UInt32 = 0x4457_4E53
    private static let version: UInt16 = 1
    static let encodedBytes = 36

    let id: StoreID
    /// In nanoseconds since 1970.
    let created: UInt64

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(number: Self.magic)
        bytes.append(number: Self.version)
        bytes.append(number: 0 as UInt16)
        bytes.append(number: id.high)
        bytes.append(number: id.low)
        bytes.append(number: created)
        bytes.append(number: CRC32C.checksum(bytes.span))
        return bytes
    }
}

extension StoreHeader {
    init(decoding bytes: [UInt8]) throws(CodecError) {
        let span = bytes.span
        guard span.count == Self.encodedBytes else {
            throw CodecError(code: .truncated, offset: 0, expected: "\(Self.encodedBytes) bytes")
        }
        guard span.number(at: 0, as: UInt32.self) == Self.magic else {
            throw CodecError(code: .invalidValue, offset: 0, expected: "the magic number of a store")
        }
        guard span.number(at: 4, as: UInt16.self) == Self.version else {
            throw CodecError(code: .invalidValue, offset: 4, expected: "version \(Self.version) of the format")
        }
        let checksum = CRC32C.checksum(span.extracting(0..<(Self.encodedBytes - 4)))
        guard span.number(at: Self.encodedBytes - 4) == checksum else {
            throw CodecError(code: .invalidValue, offset: Self.encodedBytes - 4, expected: "the checksum")
        }
        guard span.number(at: 6, as: UInt16.self) == 0 else {
            throw CodecError(code: .invalidValue, offset: 6, expected: "features that are known")
        }
        self.init(
            id: StoreID(high: span.number(at: 8), low: span.number(at: 16)),
            created: span.number(at: 24)
        )
    }
}
