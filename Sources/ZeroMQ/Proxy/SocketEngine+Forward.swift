// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// How far a batch of messages got.
struct Forwarded {
    /// How many of the messages were sent, from the front.
    var count = 0
    /// The bytes in their frames.
    var bytes: UInt64 = 0
    /// Why the next one was not; nil when all were sent.
    var obstacle: Obstacle?

    enum Obstacle {
        /// There is no room now.
        case full
        /// Its peer has gone (ROUTER).
        case unreachable
        /// The socket can never send it.
        case unsendable
        /// The socket can send nothing any more.
        case failed(ZMQError)
    }
}

extension SocketEngine {
    /// Sends messages in order, without waiting, until one of them cannot be sent.
    ///
    /// All under one lock and with one look after those who are parked: for each message, both together cost more than
    /// sending it.
    ///
    /// - Parameter moves: Whether the last frame of each message that was sent is moved out of it, so that nobody may
    ///   look at it afterwards. Only for messages that nobody else has seen, and of which no copy was sent: it may
    ///   share their memory.
    func forward(_ messages: ArraySlice<Message>, moves: Bool) -> Forwarded {
        var forwarded = Forwarded()
        do throws(ZMQError) {
            try withHandle("send") { (state) throws(ZMQError) in
                for message in messages {
                    // Before the last frame is gone.
                    let bytes = message.byteCount
                    forwarded.obstacle = forward(message, moves: moves, &state)
                    guard forwarded.obstacle == nil else { break }
                    forwarded.count += 1
                    forwarded.bytes += UInt64(bytes)
                }
                state.statistics.sent += UInt64(forwarded.count)
            }
        } catch {
            forwarded.obstacle = .failed(error)
        }
        return forwarded
    }

    private func forward(_ message: Message, moves: Bool, _ state: inout EngineState) -> Forwarded.Obstacle? {
        // A ROUTER would wait for the frame behind the routing id.
        if kind.type == ZMQ_ROUTER, !message.isMultipart { return .unsendable }
        guard fits(message) else { return .unsendable }
        let failure = attempt(&state) { handle in
            handle.send(message, to: nil, dropsRemainder: kind.dropsRemainder, movesLast: moves)
        }
        return switch failure {
        case 0: nil
        case EAGAIN: .full
        case EHOSTUNREACH: .unreachable
        default: .failed(self.failure(failure, "send"))
        }
    }

    private func fits(_ message: Message) -> Bool {
        guard maximumMessageBytes < .max else { return true }
        for index in message.index..<message.index + message.frameCount
        where message.slab.byteCount(at: index) > maximumMessageBytes { return false }
        return true
    }

    // MARK: Whose messages they are

    /// Makes a proxy the one that takes from this socket; false when there is another.
    func beginProxy() -> Bool {
        state.withLock { state in
            defer { state.hasProxy = true }
            return !state.hasProxy
        }
    }

    func endProxy() { state.withLock { $0.hasProxy = false } }
}
