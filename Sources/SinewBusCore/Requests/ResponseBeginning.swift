// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What is to be done with a request that came; see ``ResponseTable``.
public enum ResponseBeginning: Hashable, Sendable {
    /// Run the responders.
    case begun
    /// Answer with ``Record/Status/responderBusy``: as many requests are being answered as there may be.
    case busy
    /// Nothing: it is being answered already.
    case repeated
    /// Nothing: its time is over, so that nobody waits for an answer.
    case expired
}
