// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension ByteWriter {
    /// Writes the 16 bytes of a node's name.
    ///
    /// - Parameter node: The name.
    /// - Throws: ``CodecError`` with ``CodecError/Code/overLimit``.
    public mutating func writeNodeID(_ node: NodeID) throws(CodecError) {
        try reserve(16, "the name of a node")
        try writeUInt64(node.high)
        try writeUInt64(node.low)
    }

    /// Writes the eight bytes of an incarnation.
    ///
    /// - Parameter incarnation: The incarnation.
    /// - Throws: ``CodecError`` with ``CodecError/Code/overLimit``.
    public mutating func writeIncarnation(_ incarnation: Incarnation) throws(CodecError) {
        try writeUInt64(incarnation.rawValue)
    }
}
