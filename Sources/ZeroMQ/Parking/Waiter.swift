// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A parked call.
@safe
package struct Waiter: Sendable {
    private let continuation: UnsafeContinuation<WakeReason, Never>

    private init(_ continuation: UnsafeContinuation<WakeReason, Never>) { unsafe self.continuation = continuation }

    package func resume(_ reason: WakeReason) { unsafe continuation.resume(returning: reason) }
}

extension Waiter {
    /// Suspends the calling task until the waiter that it gets is resumed.
    ///
    /// A task is marked as cancelled before its handlers run. So where `enter` and `leave` take the same lock, and
    /// `enter` asks for the mark under it, a cancellation is seen by one of them, whenever it comes.
    ///
    /// - Parameters:
    ///   - enter: Puts the waiter where others find it, or says why the call must not wait.
    ///   - leave: Takes the waiter out when the task is cancelled; nil when somebody else has it.
    @inline(__always)
    package static func suspend(
        entering enter: (Waiter) -> WakeReason?,
        orLeaving leave: @Sendable () -> Waiter?
    ) async -> WakeReason {
        await withTaskCancellationHandler {
            await suspend(entering: enter)
        } onCancel: {
            leave()?.resume(.cancelled)
        }
    }

    /// The same for a wait that a cancellation does not end.
    @inline(__always)
    package static func suspend(entering enter: (Waiter) -> WakeReason?) async -> WakeReason {
        await unsafe withUnsafeContinuation { continuation in
            let waiter = unsafe Waiter(continuation)
            if let reason = enter(waiter) { waiter.resume(reason) }
        }
    }
}

extension Woken<Waiter> {
    /// Resumes them all; call it without a lock.
    func resume(_ reason: WakeReason) {
        forEach { $0.resume(reason) }
        for watch in watches { watch.signal() }
    }
}
