// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What became of those who were asked with one request.
public struct RequestTally: Hashable, Sendable {
    /// How many processes were asked.
    public internal(set) var asked = 0
    /// How many answers came; one process can send several.
    public internal(set) var answers = 0
    /// How many responders said that they have nothing to say, or nothing more.
    public internal(set) var ended = 0
    /// How many processes had no responder.
    public internal(set) var withoutResponder = 0
    /// How many processes were busy, or could not be sent the request.
    public internal(set) var busy = 0
    /// How many responders answered with an error.
    public internal(set) var failed = 0
    /// How many processes went before they had said their last word.
    public internal(set) var lost = 0

    /// Nothing known.
    public init() {}

    /// Why there is no answer, once nobody works on the request any more: the code that promises least, as a request
    /// that was lost may have been carried out, and one that nobody took was not. Nil where there is nothing wrong:
    /// there were answers, or many were wanted and those who were to answer have none.
    func failure(wantsMany: Bool) -> BusError.Code? {
        if answers > 0 { return nil }
        if lost > 0 { return .responderLost }
        if failed > 0 { return .responderFailed }
        if ended > 0 { return wantsMany ? nil : .responderFailed }
        return busy > 0 ? .responderBusy : .noResponders
    }
}

extension RequestTally: CustomStringConvertible {
    /// The counts that are not zero: `asked 3, answers 1, lost 2`.
    public var description: String {
        let counts = [
            ("asked", asked), ("answers", answers), ("ended", ended), ("without responder", withoutResponder),
            ("busy", busy),
            ("failed", failed), ("lost", lost),
        ]
        return counts.filter { $0.1 > 0 || $0.0 == "asked" }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
