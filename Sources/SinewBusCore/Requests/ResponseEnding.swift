// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What is to be done when a responder has finished; see ``ResponseTable``.
public enum ResponseEnding: Hashable, Sendable {
    /// Send what it says; with `isLast` no other responder here works on the request.
    case send(isLast: Bool)
    /// Send nothing: the requester has cancelled, has gone, or does not wait any more.
    case discard
}
