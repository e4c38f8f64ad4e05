// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ZeroMQ

extension TransportOptions {
    /// A tool is waited for: it connects again soon. IPv6 where an address says so.
    ///
    /// - Parameter immediate: Whether messages go only to peers that are there.
    static func forTool(
        _ endpoints: [Endpoint],
        immediate: Bool = false,
        security: SocketSecurity
    ) -> TransportOptions {
        TransportOptions(
            maximumReconnectInterval: .seconds(1),
            immediate: immediate,
            ipv6: endpoints.contains { $0.description.contains("[") } ? true : nil,
            security: security
        )
    }
}
