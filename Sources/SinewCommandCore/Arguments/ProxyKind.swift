// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The kinds of sockets that a proxy can have.
package enum ProxyKind: String, Sendable, CaseIterable {
    case router, dealer, xsub, xpub, sub, pub, pull, push, pair
}
