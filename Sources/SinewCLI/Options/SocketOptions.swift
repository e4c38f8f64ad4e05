// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ZeroMQ

/// What all commands with one socket have in common.
struct SocketOptions: ParsableArguments {
    @OptionGroup var endpoints: EndpointOptions
    @OptionGroup var timeouts: TimeoutOptions
    @OptionGroup var curve: CurveOptions

    var timeout: Duration? { timeouts.timeout }

    /// What the socket is made with; checks the options.
    ///
    /// - Parameter chooses: Whether the socket gives each message to one of several peers.
    func transport(chooses: Bool = false) throws -> TransportOptions {
        // Not in `validate()`: an option that was misspelled is named first.
        try endpoints.check()
        try curve.check()
        try curve.checkForOneSocket()
        return .forTool(
            endpoints.bind + endpoints.connect,
            immediate: chooses && endpoints.areSeveral,
            security: try curve.security()
        )
    }
}
