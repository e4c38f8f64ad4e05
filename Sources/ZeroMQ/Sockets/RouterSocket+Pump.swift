// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension RouterSocket {
    /// Hands all that comes to a function, in order and on the context's thread, until the socket ends: for machines
    /// over sockets. It must not block, and nobody else receives.
    ///
    /// - Parameter handler: Gets what has come: one message, or several that came together.
    package func receiveAll(_ handler: @escaping @Sendable ([RoutedMessage]) -> Void) {
        engine.pump { [weak engine] messages in
            var routed: [RoutedMessage] = []
            routed.reserveCapacity(messages.count)
            for message in messages {
                if let message = RoutedMessage(raw: message) {
                    routed.append(message)
                } else {
                    engine?.countMalformed()
                }
            }
            if !routed.isEmpty { handler(routed) }
        }
    }
}
