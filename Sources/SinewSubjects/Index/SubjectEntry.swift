// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A value in an index, for whoever inserted it: what removes it again.
///
/// It means something to the index that made it, to copies made of that index later, and to no other. Once its value
/// was removed it means nothing any more, though another may have taken the place: of 2^32 inserts no two have equal
/// entries.
public struct SubjectEntry: Hashable, Sendable {
    @usableFromInline let number: UInt32
    @usableFromInline let generation: UInt32

    @inlinable
    init(number: UInt32, generation: UInt32) {
        self.number = number
        self.generation = generation
    }
}
