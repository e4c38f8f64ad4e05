// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The kinds of sockets whose connections can be watched.
enum MonitoredKind: String, CaseIterable, ExpressibleByArgument {
    case push, pull, pub, sub, req, rep, dealer, router, pair
}
