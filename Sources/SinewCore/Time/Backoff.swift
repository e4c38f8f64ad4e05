// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How long to wait before the next attempt: exponential back-off with full jitter.
///
/// Before attempt *n* (from 0) the delay is uniform between nothing and `min(cap, base * 2^n)`, so that many who failed
/// at the same moment do not come back at the same moment. Source: Marc Brooker, "Exponential Backoff And Jitter", AWS
/// Architecture Blog, 2015, where this form ends with the least work of those compared.
///
/// ```swift
/// var backoff = Backoff(.init(base: .milliseconds(50), cap: .seconds(5)))
/// deadlines.set(peer, at: now.advanced(by: backoff.next(using: &random)))    // it failed: try again then
/// backoff.reset()                                                           // it succeeded
/// ```
public struct Backoff: Hashable, Sendable {
    /// Between which limits the delays lie. Negative durations count as zero.
    public struct Options: Hashable, Sendable {
        /// The longest that the first delay can be.
        public var base: Duration
        /// The longest that any delay can be.
        public var cap: Duration
        /// The shortest that any delay can be: where it is longer than what the others allow, every delay is this long.
        /// Zero, as in the source, unless an attempt is too costly to be repeated at once.
        public var smallest: Duration

        /// Makes the limits.
        ///
        /// - Parameters:
        ///   - base: The longest that the first delay can be: 100 ms.
        ///   - cap: The longest that any delay can be: 30 s.
        ///   - smallest: The shortest that any delay can be: zero.
        public init(
            base: Duration = .milliseconds(100),
            cap: Duration = .seconds(30),
            smallest: Duration = .zero
        ) {
            self.base = base
            self.cap = cap
            self.smallest = smallest
        }
    }

    /// Between which limits the delays lie.
    public let options: Options

    /// How many delays were asked for since the last success; stays at the largest number there is.
    public private(set) var attempts = 0

    /// Begins with the first delay.
    ///
    /// - Parameter options: Between which limits the delays lie.
    public init(_ options: Options = Options()) { self.options = options }

    /// The longest that the next delay can be, never shorter than ``Options/smallest``.
    public var ceiling: Duration { .nanoseconds(max(smallest, bound)) }

    /// Draws the delay before the next attempt, and counts the attempt.
    ///
    /// - Parameter generator: Where chance comes from; the same numbers give the same delays.
    /// - Returns: A delay in whole nanoseconds from ``Options/smallest`` to ``ceiling``, each as likely as the others.
    /// - Complexity: O(1), at any number of attempts.
    public mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let delay = Int64.random(in: smallest...max(smallest, bound), using: &generator)
        if attempts < .max { attempts += 1 }
        return .nanoseconds(delay)
    }

    /// Begins again with the first delay: an attempt succeeded.
    public mutating func reset() { attempts = 0 }

    private var smallest: Int64 { max(0, options.smallest.wholeNanoseconds) }

    /// `min(cap, base * 2^attempts)`, without computing the product where it would be larger than the cap.
    private var bound: Int64 {
        let base = max(0, options.base.wholeNanoseconds)
        let cap = max(0, options.cap.wholeNanoseconds)
        // A shift by 63 or more gives 0, and then nothing but a base of 0 is left below it.
        return base > cap >> attempts ? cap : base << attempts
    }
}
