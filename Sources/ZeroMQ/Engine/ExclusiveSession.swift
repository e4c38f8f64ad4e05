// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// One thread's time alone with a socket, as others see it: they may ask it to end.
final class ExclusiveSession: Sendable {
    private let hasEnded = Atomic<Bool>(false)
    /// A pipe that interrupts waiting, made when the thread first waits.
    private let interrupt = Locked<Interrupt?>(nil)

    struct Interrupt: Sendable { let read, write: Int32 }

    deinit {
        guard let pipe = interrupt.withLock({ $0 }) else { return }
        close(pipe.read)
        close(pipe.write)
    }

    /// Whether the socket is to be closed.
    var isEnding: Bool {
        @inline(__always) get { hasEnded.load(ordering: .acquiring) }
    }

    /// Ends the session's calls: the socket is to be closed.
    func end() {
        hasEnded.store(true, ordering: .releasing)
        wake()
    }

    /// Interrupts a wait, so that it looks again.
    func wake() {
        interrupt.withLock { pipe in
            guard let pipe else { return }
            var byte: UInt8 = 1
            _ = unsafe write(pipe.write, &byte, 1)
        }
    }

    /// The pipe whose read end becomes readable when a wait is to be interrupted.
    func interruptPipe() throws(ZMQError) -> Interrupt {
        try interrupt.withLock { (made) throws(ZMQError) in
            if let made { return made }
            var ends: (Int32, Int32) = (0, 0)
            let result = unsafe withUnsafeMutableBytes(of: &ends) { buffer in
                unsafe pipe(buffer.bindMemory(to: Int32.self).baseAddress!)
            }
            guard result == 0 else { throw ZMQError(.fileDescriptorBudget, operation: "pipe", errno: errno) }
            let interrupt = Interrupt(read: ends.0, write: ends.1)
            for end in [ends.0, ends.1] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            made = interrupt
            return interrupt
        }
    }
}
