// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The libzmq context itself. `@unchecked` because of the pointer: libzmq's context functions may be called from any
/// thread, and ContextCore calls none once `zmq_ctx_term` has begun.
@safe
struct ContextHandle: @unchecked Sendable {
    private let raw: UnsafeMutableRawPointer

    init(_ options: Context.Options) throws(ZMQError) {
        guard let raw = unsafe zmq_ctx_new() else { throw ZMQError.from(zmq_errno(), "make a context") }
        unsafe self.raw = raw
        do throws(ZMQError) {
            try set(ZMQ_IO_THREADS, "ioThreads", options.ioThreads, in: 0...1024)
            try set(ZMQ_MAX_SOCKETS, "maximumSockets", options.maximumSockets, in: 1...1_000_000)
            // The limit is kept by ContextCore. libzmq needs room beyond it: for sockets that are closed but not yet
            // reaped, and for one of its own, without which it aborts, for each `inproc` connection nobody has bound.
            try set(ZMQ_MAX_SOCKETS, "maximumSockets", 2 * options.maximumSockets + 1024, in: 1...Int(Int32.max))
            try set(ZMQ_BLOCKY, "blocky", 0, in: 0...1)
            try set(ZMQ_IPV6, "ipv6", options.ipv6 ? 1 : 0, in: 0...1)
            try setThreads(options)
        } catch {
            unsafe zmq_ctx_term(raw)
            throw error
        }
    }

    /// libzmq's threads are started by the first socket, and each aborts the process when it cannot have what is asked
    /// for here: so a thread of our own tries it first.
    private func setThreads(_ options: Context.Options) throws(ZMQError) {
        if let prefix = options.threadNamePrefix {
            try set(ZMQ_THREAD_NAME_PREFIX, "threadNamePrefix", prefix, in: 0...Int(Int32.max))
        }
        for processor in options.threadProcessors.sorted() {
            try set(ZMQ_THREAD_AFFINITY_CPU_ADD, "threadProcessors", processor, in: 0...1023)
        }
        let scheduling = options.threadScheduling
        try scheduling.check(on: options.threadProcessors)
        guard let policy = scheduling.policy else { return }
        try set(ZMQ_THREAD_SCHED_POLICY, "threadScheduling", policy, in: 0...Int(Int32.max))
        if let priority = scheduling.priority {
            try set(ZMQ_THREAD_PRIORITY, "threadScheduling", priority, in: 0...Int(Int32.max))
        }
    }

    private func set(_ option: Int32, _ name: String, _ value: Int, in range: ClosedRange<Int>) throws(ZMQError) {
        let operation = "Context.Options.\(name) = \(value)"
        guard range.contains(value) else {
            let advice = "use \(range.lowerBound) to \(range.upperBound)"
            throw ZMQError(.invalidArgument, operation: operation, advice: advice)
        }
        guard unsafe zmq_ctx_set(raw, option, Int32(value)) == 0 else { throw ZMQError.from(zmq_errno(), operation) }
    }

    func socket(_ type: Int32, _ operation: String) throws(ZMQError) -> UnsafeMutableRawPointer {
        guard let socket = unsafe zmq_socket(raw, type) else { throw ZMQError.from(zmq_errno(), operation) }
        return unsafe socket
    }

    func shutdown() { unsafe zmq_ctx_shutdown(raw) }

    /// Frees the context on a thread of its own, because libzmq waits for lingering messages.
    ///
    /// Waits until there are as many descriptors as libzmq may need for it; without them it would abort the process.
    func endInBackground(needing descriptors: Int, _ completion: @escaping @Sendable () -> Void) {
        let end: @Sendable () -> Void = {
            while !DescriptorBudget.allows(descriptors) { usleep(10_000) }
            while unsafe zmq_ctx_term(raw) != 0, zmq_errno() == EINTR {}
            completion()
        }
        do throws(ZMQError) { try startThread(named: "zmq-term", end) } catch { end() }
    }
}
