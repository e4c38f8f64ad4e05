// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ZeroMQ

extension TransportOptions {
    /// A tool is waited for: it connects again soon. IPv6 where an address says so.
    static func forTool(_ endpoints: [Endpoint], security: SocketSecurity) -> TransportOptions {
        TransportOptions(
            maximumReconnectInterval: .seconds(1),
            ipv6: endpoints.contains { $0.description.contains("[") } ? true : nil,
            security: security
        )
    }
}
