// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ZeroMQ

/// What all commands with one socket have in common.
struct SocketOptions: ParsableArguments {
    @OptionGroup var endpoints: EndpointOptions
    @OptionGroup var timeouts: TimeoutOptions
    @OptionGroup var curve: CurveOptions

    func validate() throws { try curve.validateForOneSocket() }

    var timeout: Duration? { timeouts.timeout }

    func transport() throws -> TransportOptions {
        .forTool(endpoints.bind + endpoints.connect, security: try curve.security())
    }
}
