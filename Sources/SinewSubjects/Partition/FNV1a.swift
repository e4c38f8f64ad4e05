// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The hash that NATS chooses partitions by: FNV-1a of 32 bits. Source: Fowler, Noll, Vo;
/// draft-eastlake-fnv. Not for secrets, nor against somebody who chooses subjects that collide.
struct FNV1a: Sendable {
    private(set) var value: UInt32 = 2_166_136_261

    mutating func combine(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { value = (value ^ UInt32(byte)) &* 16_777_619 }
    }

    /// The partition of so many; 0 when there are none, as in NATS.
    func partition(of count: Int) -> Int { count > 0 ? Int(value) % count : 0 }
}
