// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// expected: requires that 'PushSocket' conform to 'ProxyFrontend'
import ZeroMQ

func forward(from push: PushSocket, to pull: PullSocket) -> Proxy {
    Proxy(push, pull)
}
