// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewSubjects

/// What nodes of the pool say to each other.
package enum PoolMessage: Hashable, Sendable {
    /// I am idle, and these are the tasks that I can do.
    case ask(filters: [SubjectFilter])
    /// I have none for you.
    case nothing
    /// Do this one for me.
    case task(PoolTask)
    /// I have it now, and shall do it.
    case taken(TaskID)
    /// I cannot do it.
    case declined(TaskID)
    /// It is done.
    case result(TaskID, [UInt8])
    /// I have the result; forget the task.
    case counted(TaskID)

    /// The limits of what is sent and read. More is an error, and no memory is asked for first.
    package enum Limits {
        package static let maximumMessageBytes = 80_000
        package static let maximumPayloadBytes = 65_536
        package static let maximumSubjectBytes = 255
        package static let maximumFilters = 16
    }
}
