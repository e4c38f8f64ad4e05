// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How many answers a request wants.
public enum RequestMode: Hashable, Sendable {
    /// One: the first that comes ends the request, and whoever else still works on it is told to stop. An error of one
    /// responder does not end it while others work on it.
    case first
    /// Many: until all that were asked have said their last word, this many answers came, or the time is over. Nil
    /// stands for any number; a number below 1 counts as 1.
    case many(limit: Int?)

    /// How many answers end the request.
    var limit: Int {
        switch self {
        case .first: 1
        case .many(let limit): max(1, limit ?? .max)
        }
    }
}
