// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import CSinewShims

/// Remembers in which process it was made.
///
/// Nothing of this package can be used in a forked child: threads of the parent do not exist there, and a lock that one
/// of them held is never released. Asking takes no lock.
public struct ForkGuard: Sendable {
    @usableFromInline let generation: UInt32

    /// Made in this process.
    @inlinable
    public init() {
        sinew_fork_watch()
        generation = sinew_fork_generation()
    }

    /// False in a forked child.
    @inlinable
    public var isInItsProcess: Bool { sinew_fork_generation() == generation }
}
