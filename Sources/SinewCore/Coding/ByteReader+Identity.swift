// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension ByteReader {
    /// Reads the 16 bytes of a node's name.
    ///
    /// - Throws: ``CodecError`` with ``CodecError/Code/truncated``.
    public mutating func readNodeID() throws(CodecError) -> NodeID {
        guard remaining >= 16 else { throw fail(.truncated, at: offset, "the 16 bytes of a node's name") }
        return NodeID(high: try readUInt64(), low: try readUInt64())
    }

    /// Reads the eight bytes of an incarnation.
    ///
    /// - Throws: ``CodecError`` with ``CodecError/Code/truncated``.
    public mutating func readIncarnation() throws(CodecError) -> Incarnation {
        Incarnation(rawValue: try readUInt64())
    }
}
