// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewShims

/// CRC-32C, the checksum of iSCSI, ext4 and Kafka: finds every error of up to 32 bits in a row, and of three bits
/// anywhere in what a log writes at once.
///
/// ```swift
/// var checksum = CRC32C()
/// checksum.add(header.span)
/// checksum.add(body.span)
/// guard checksum.value == expected else { … }
/// ```
///
/// - Note: RFC 3720, appendix B.4. With the processor's instructions for it, 20 GB a second and more.
public struct CRC32C: Hashable, Sendable {
    /// The checksum of what was added; 0 for nothing.
    public private(set) var value: UInt32

    /// Begins with nothing, or goes on after bytes with a known checksum.
    ///
    /// - Parameter value: The checksum of the bytes before.
    public init(_ value: UInt32 = 0) { self.value = value }

    /// Adds bytes after those that were added before.
    ///
    /// - Parameter bytes: The bytes.
    /// - Complexity: O(*n*).
    public mutating func add(_ bytes: Span<UInt8>) {
        value = unsafe bytes.withUnsafeBufferPointer { unsafe sinew_crc32c(value, $0.baseAddress, $0.count) }
    }

    /// The checksum of bytes.
    ///
    /// - Parameter bytes: The bytes.
    public static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        var checksum = CRC32C()
        checksum.add(bytes)
        return checksum.value
    }

    /// The same without the processor's instructions, as on a processor that has none: to check the other by.
    package static func checksumByTables(_ bytes: Span<UInt8>) -> UInt32 {
        unsafe bytes.withUnsafeBufferPointer { unsafe sinew_crc32c_by_tables(0, $0.baseAddress, $0.count) }
    }
}
