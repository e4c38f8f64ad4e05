// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ
internal import SinewCore

extension SocketEngine {
    /// Subscribes unless that has been done already: libzmq's SUB tells publishers of every subscription, but of one
    /// unsubscription only, so that their counts would never come down.
    func subscribe(to topic: Topic) throws(ZMQError) {
        try withHandle("subscribe") { (state) throws(ZMQError) in
            if state.topics[topic] == nil { try setOption(ZMQ_SUBSCRIBE, "subscribe", topic.bytes, &state) }
            state.topics[topic, default: 0] += 1
        }
    }

    func unsubscribe(from topic: Topic) throws(ZMQError) {
        try withHandle("unsubscribe") { (state) throws(ZMQError) in
            guard let count = state.topics[topic] else {
                throw error(.invalidArgument, "unsubscribe", "\(topic) is not among the subscriptions")
            }
            if count == 1 {
                // libzmq (4.3.4 and 4.3.5) looks at the first byte before it looks at what the message is for.
                guard topic.bytes.first != 1 else {
                    let advice = "libzmq cannot take back a subscription that begins with the byte 1; close the socket"
                    throw error(.notSupported, "unsubscribe", advice)
                }
                try setOption(ZMQ_UNSUBSCRIBE, "unsubscribe", topic.bytes, &state)
            }
            state.topics[topic] = count > 1 ? count - 1 : nil
        }
    }

    /// How many subscriptions that match `topic` a publisher knows of, after a look at what has come.
    func knownSubscriptions(to topic: [UInt8]) throws(ZMQError) -> Int {
        var woken = Woken<Waiter>()
        let known = try withHandle("subscriptions") { (state) throws(ZMQError) -> Int in
            look(at: &state, sawCommand: false, &woken)
            return state.subscriptions.count(matching: topic)
        }
        woken.resume(.ready)
        return known
    }

    /// Waits until a publisher knows of this many subscriptions that match `topic`.
    func waitForSubscriptions(to topic: [UInt8], atLeast count: Int, timeout: Duration?) async throws(ZMQError) -> Int {
        let deadline = deadline(after: timeout)
        while true {
            try checkProcess("subscriptions")
            var woken = Woken<Waiter>()
            let known = try withHandle("subscriptions") { (state) throws(ZMQError) -> Int? in
                look(at: &state, sawCommand: false, &woken)
                let known = state.subscriptions.count(matching: topic)
                return known >= count ? known : nil
            }
            woken.resume(.ready)
            if let known { return known }
            let reason = await park(in: .observe, atFront: false, until: deadline) { state in
                state.subscriptions.count(matching: topic) >= count
            }
            guard reason != .expired else {
                let known = state.withLock { $0.subscriptions.count(matching: topic) }
                throw error(.timedOut, "subscriptions", "\(known) of \(count) to \(Topic(topic)) are known")
            }
            guard reason == .ready || reason == .readyAtOnce else { throw ended(by: reason, "subscriptions") }
        }
    }
}
