// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A network in CIDR notation; an address alone is a network of one.
struct AddressRange {
    let address: String
    let isIPv4: Bool
    let prefixLength: Int

    /// Nil for anything but a numeric address, with a number of bits that it has or without.
    init?(_ text: String) {
        guard !text.utf8.contains(0) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        address = String(parts[0])
        var bytes: (UInt64, UInt64) = (0, 0)
        if unsafe inet_pton(AF_INET, address, &bytes) == 1 {
            isIPv4 = true
        } else {
            guard unsafe inet_pton(AF_INET6, address, &bytes) == 1 else { return nil }
            isIPv4 = false
        }
        let bits = isIPv4 ? 32 : 128
        guard parts.count == 2 else {
            prefixLength = bits
            return
        }
        let digits = parts[1].utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard digits, let length = Int(parts[1]), length <= bits else { return nil }
        prefixLength = length
    }
}
