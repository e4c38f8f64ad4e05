// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What became of the messages that came to a ``SubjectSubscriber`` since it was made.
///
/// ``received`` is the sum of the four numbers behind it. Messages that wait to be received are not among them, and
/// what publishers dropped is not known here.
public struct SubjectSubscriberStatistics: Hashable, Sendable {
    /// Messages that were taken from the socket.
    public internal(set) var received: UInt64 = 0
    /// Messages that at least one subscription matched: they were handed to the caller.
    public internal(set) var delivered: UInt64 = 0
    /// Messages whose subject no subscription matches: the prefix that publishers were asked for let them through
    /// (`orders2` for `orders`), or the subscription was taken back meanwhile.
    public internal(set) var unmatched: UInt64 = 0
    /// Messages whose first frame is no subject in ``SubjectSubscriber/Options/grammar``.
    public internal(set) var invalidSubject: UInt64 = 0
    /// Messages of one frame: a subject, and nothing about it.
    public internal(set) var withoutPayload: UInt64 = 0
    /// How many subscriptions there are now.
    public internal(set) var filters = 0

    /// Counts a message.
    mutating func count(_ fate: WritableKeyPath<Self, UInt64>) {
        received += 1
        self[keyPath: fate] += 1
    }
}
