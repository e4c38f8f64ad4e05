// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

extension NodeID {
    /// The name of a node of a cluster that has no key: the same in each of its processes.
    ///
    /// The 128-bit FNV-1a hash (Fowler, Noll, Vo; RFC 9923) of the cluster's name and the node's, each in UTF-8 with
    /// its length before it as a 32-bit big-endian number. Two nodes get one name by chance about never; whoever wants
    /// to can make it so, as with any name that no key vouches for.
    ///
    /// - Parameters:
    ///   - cluster: The cluster's name.
    ///   - name: What the node is called in it.
    /// - Complexity: O(n) in the bytes of both.
    public init(cluster: String, name: String) {
        var hash: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D
        func combine(_ byte: UInt8) { hash = (hash ^ UInt128(byte)) &* 0x0100_0000_0000_0000_0000_013B }
        for text in [cluster, name] {
            let length = UInt32(truncatingIfNeeded: text.utf8.count)
            for shift in [24, 16, 8, 0] as [UInt32] { combine(UInt8(truncatingIfNeeded: length >> shift)) }
            for byte in text.utf8 { combine(byte) }
        }
        self.init(high: UInt64(truncatingIfNeeded: hash >> 64), low: UInt64(truncatingIfNeeded: hash))
    }
}
