// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CSinewShims

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// How the system schedules libzmq's own threads (not the threads that tasks run on). Source: `sched(7)`.
///
/// Whether the process may have it is tried when the context is made; libzmq's threads start with the first socket. A
/// process that gives up privileges must make its first socket before that: libzmq ends the process otherwise.
///
/// Linux's `SCHED_IDLE` is not offered: libzmq's threads share locks with all others, the allocator's say, and one that
/// holds a lock and does not get to run would hold up everybody.
///
/// A struct, so that later versions can add to it.
public struct ThreadScheduling: Sendable, Hashable, CustomStringConvertible {
    enum Kind: Sendable, Hashable {
        case inherited
        case batch
        case firstInFirstOut(priority: Int)
        case roundRobin(priority: Int)
    }

    let kind: Kind

    /// As the thread that makes the first socket.
    public static let inherited = Self(kind: .inherited)
    /// For work without haste. Linux only.
    public static let batch = Self(kind: .batch)
    /// At once, and until they wait. Mostly needs privileges.
    ///
    /// - Parameter priority: 1 to 99 on Linux.
    public static func firstInFirstOut(priority: Int) -> Self { Self(kind: .firstInFirstOut(priority: priority)) }
    /// At once, in turn with others of the same priority. Mostly needs privileges.
    ///
    /// - Parameter priority: 1 to 99 on Linux.
    public static func roundRobin(priority: Int) -> Self { Self(kind: .roundRobin(priority: priority)) }

    /// Its name and priority, as they are spelled in Swift.
    public var description: String { "\(kind)" }

    /// The system's number for it; nil where libzmq is not to set any.
    var policy: Int? {
        switch kind {
        case .inherited: nil
        case .batch: Int(SINEW_SCHED_BATCH)
        case .firstInFirstOut: Int(SCHED_FIFO)
        case .roundRobin: Int(SCHED_RR)
        }
    }

    /// Only where there is a choice: otherwise libzmq would try to change the niceness, and abort where it may not.
    var priority: Int? {
        switch kind {
        case .inherited, .batch: nil
        case .firstInFirstOut(let priority), .roundRobin(let priority): priority
        }
    }

    /// Throws what libzmq would abort the process for.
    func check(on processors: Set<Int>) throws(ZMQError) {
        let operation = "Context.Options.threadScheduling = \(self)"
        if let policy, let priority {
            let range = Int(sched_get_priority_min(Int32(policy)))...Int(sched_get_priority_max(Int32(policy)))
            guard range.contains(priority) else {
                let advice = "use a priority of \(range.lowerBound) to \(range.upperBound)"
                throw ZMQError(.invalidArgument, operation: operation, advice: advice)
            }
        }
        if policy != nil || priority != nil {
            let failure = sinew_thread_try_scheduling(Int32(policy ?? -1), Int32(priority ?? -1), nil, 0)
            guard failure == 0 else {
                let advice = "this process may not choose it, or the system does not have it; use .inherited"
                throw ZMQError(.notSupported, operation: operation, advice: advice, errno: failure)
            }
        }
        guard !processors.isEmpty else { return }
        let numbers = processors.sorted().map { Int32($0) }
        let failure = unsafe sinew_thread_try_scheduling(-1, -1, numbers, Int32(numbers.count))
        guard failure == 0 else {
            throw ZMQError(
                failure == EINVAL ? .invalidArgument : .notSupported,
                operation: "Context.Options.threadProcessors = \(processors.sorted())",
                advice: failure == EINVAL
                    ? "name at least one processor that this process may use" : "leave it empty on this system",
                errno: failure
            )
        }
    }
}
