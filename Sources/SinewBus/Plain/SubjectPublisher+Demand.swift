// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewSubjects
public import ZeroMQ

// Who wants what: byte prefixes, which is all that SUB sockets say.
extension SubjectPublisher {
    /// Whether a message about the subject would be sent to anybody, as far as is known now: so that what nobody reads
    /// need not be made.
    ///
    /// True for a peer that asked for a prefix of the subject, though its filter may leave the message out. A peer that
    /// has just subscribed may not be known yet; one that has gone without a word counts until its connection ends.
    /// Where peers asked for more than is kept count of (``SubjectPublisherStatistics/subscriptionsIgnored``), it is
    /// true. False once the publisher is closed.
    ///
    /// - Parameter subject: What the message would be about.
    /// - Complexity: One look-up for each different length of a prefix that peers asked for.
    public func isWanted(_ subject: Subject) -> Bool {
        guard let known = try? socket.subscriptions(to: Topic(subject.bytes)) else { return false }
        return known > 0 || socket.statistics.subscriptionsIgnored > 0
    }

    /// Waits until so many subscriptions of peers cover a filter: each lets every message through whose subject the
    /// filter matches.
    ///
    /// These are the subscriptions to the literal beginning of the filter (`orders.` for `orders.*.new`) or to a part
    /// of it, such as `ord` or everything. A ``SubjectSubscriber`` that subscribes to this filter counts as one,
    /// whatever wildcards it has; so does each other prefix that it asked for, where that covers the filter, too.
    ///
    /// - Parameters:
    ///   - filter: The filter, or a subject as a literal.
    ///   - count: How many subscriptions to wait for; with 0 it returns at once.
    ///   - timeout: How long to wait at most; nil, the default, for as long as it takes.
    /// - Returns: How many there are.
    /// - Throws: `ZMQError` with the code `timedOut`, `cancelled`, `closed` or `contextTerminated`.
    @discardableResult
    public func subscriptions(
        to filter: SubjectFilter,
        atLeast count: Int,
        timeout: Duration? = nil
    ) async throws(ZMQError) -> Int {
        try await socket.subscriptions(to: Topic(filter.plainPrefix), atLeast: count, timeout: timeout)
    }
}
