// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

extension SocketEngine {
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
            guard reason == .ready || reason == .readyAtOnce else { throw ended(by: reason, "subscriptions") }
        }
    }
}
