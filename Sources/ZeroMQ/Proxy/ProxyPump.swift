// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

/// One direction of a proxy: takes messages from one socket and hands them to another.
struct ProxyPump: Sendable {
    let source: SocketEngine
    let destination: SocketEngine
    let capture: SocketEngine?
    let patience: Duration?
    let total: ProxyTally

    /// How many messages are taken at once.
    static let batch = 64

    /// What a pump has taken and not yet handed over, with what it must remember from one run to the next.
    struct Load: Sendable {
        fileprivate var messages: ArraySlice<Message> = []
        /// What has not been added to the total yet.
        fileprivate var tally = ProxyStatistics.Direction()
        /// Clients whose queues stayed full, so that replies to them need not wait again (ROUTER).
        fileprivate var stalled: Set<Frame> = []
        /// Why the pump ended; nil when it was cancelled.
        var failure: ZMQError?
    }

    private enum Outcome {
        /// Handed over, or counted as one that cannot be.
        case done
        /// The destination has no room now.
        case full
        case failed(ZMQError)
    }

    /// Moves messages until the task is cancelled or a socket can no longer be used.
    func run(_ load: Load) async -> Load {
        var load = load
        load.failure = nil
        do throws(ZMQError) {
            while true {
                try await deliver(&load)
                load.messages = try await source.receive(upTo: Self.batch, timeout: nil)[...]
            }
        } catch {
            // A cancelled receive has taken nothing, and a cancelled send leaves the message in the load.
            if error.code != .cancelled { load.failure = error }
        }
        commit(&load)
        return load
    }

    /// Hands over what was taken, and waits for room where there is none.
    private func deliver(_ load: inout Load) async throws(ZMQError) {
        while let message = load.messages.first {
            switch offer(message, &load) {
            case .done: load.messages.removeFirst()
            case .failed(let error): throw error
            case .full:
                commit(&load)
                try await wait(for: message, &load)
                load.messages.removeFirst()
            }
        }
        commit(&load)
    }

    /// Hands a message over as soon as there is room; of a client that keeps its queue full, gives up.
    private func wait(for message: Message, _ load: inout Load) async throws(ZMQError) {
        do throws(ZMQError) {
            try await destination.sendEventually(message, to: nil, timeout: isToRouter ? patience : nil)
        } catch {
            if error.code == .timedOut {
                load.tally.overflowed += 1
                // Bounded: with very many of them, some are waited for once more.
                if load.stalled.count >= 4096 { load.stalled.removeAll() }
                load.stalled.insert(message.first.copy())
                return
            }
            if error.code == .unreachable {
                load.tally.unreachable += 1
                return
            }
            throw error
        }
        passed(message, &load)
    }

    private func offer(_ message: Message, _ load: inout Load) -> Outcome {
        if isToRouter, !message.isMultipart {
            load.tally.refused += 1
            return .done
        }
        do throws(ZMQError) {
            if try destination.trySend(message) {
                if !load.stalled.isEmpty { load.stalled.remove(message.first) }
                passed(message, &load)
                return .done
            }
            guard !load.stalled.isEmpty, load.stalled.contains(message.first) else { return .full }
            load.tally.overflowed += 1
            return .done
        } catch {
            switch error.code {
            case .unreachable: load.tally.unreachable += 1
            case .messageTooLarge: load.tally.refused += 1
            default: return .failed(error)
            }
            return .done
        }
    }

    private var isToRouter: Bool { destination.kind.type == ZMQ_ROUTER }

    private func passed(_ message: Message, _ load: inout Load) {
        load.tally.messages += 1
        load.tally.bytes += UInt64(message.byteCount)
        guard let capture else { return }
        // Whatever is wrong with the capture, the traffic goes on.
        if (try? capture.trySend(message)) == true {
            load.tally.captured += 1
        } else {
            load.tally.captureDropped += 1
        }
    }

    private func commit(_ load: inout Load) {
        let tally = exchange(&load.tally, with: ProxyStatistics.Direction())
        total.add(tally)
    }

    /// Hands over what can be handed over without waiting, and puts the rest back where it came from.
    func finish(_ load: consuming Load) {
        var load = load
        loop: while let message = load.messages.first {
            guard case .done = offer(message, &load) else { break loop }
            load.messages.removeFirst()
        }
        let count = UInt64(load.messages.count)
        if count > 0 {
            if source.putBack(Array(load.messages)) {
                load.tally.returned += count
            } else {
                load.tally.lost += count
            }
        }
        commit(&load)
    }
}
