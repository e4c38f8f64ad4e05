// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// An argument that cannot be understood; says why, and what to write.
package struct ArgumentFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line.
    package let description: String

    /// Makes one.
    package init(_ description: String) { self.description = description }
}
