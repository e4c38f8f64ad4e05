// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension ByteWriter {
    /// Writes a dictionary: how many entries, and then each key as a string and its value as bytes, both with their
    /// lengths before them. The keys are in the order of their UTF-8 bytes, so equal dictionaries whose keys are spelt
    /// alike have equal bytes.
    ///
    /// - Parameter dictionary: The entries.
    /// - Throws: ``CodecError`` with ``CodecError/Code/overLimit``; nothing of the dictionary is written then.
    /// - Complexity: O(*n* log *n*) for *n* entries.
    public mutating func writeDictionary(_ dictionary: [String: [UInt8]]) throws(CodecError) {
        let start = count
        do throws(CodecError) {
            try writeCount(dictionary.count)
            // The order of a dictionary is another in each process, and is gone once it is sorted.
            for entry in dictionary.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                try writeString(entry.key)
                try writeBytes(entry.value)
            }
        } catch {
            rewind(to: start)
            throw error
        }
    }
}
