// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A moment on a clock that never goes backwards, in nanoseconds since its origin.
///
/// Only instants of one clock can be compared: what a machine says to another is how much time is left, never when.
/// 64 bits reach 292 years to either side; arithmetic beyond that stays at the end.
public struct Instant: Hashable, Sendable {
    /// Nanoseconds since the clock's origin.
    public let nanoseconds: Int64

    /// The instant that lies so many nanoseconds after the clock's origin.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The clock's origin.
    @inlinable
    public static var origin: Instant { Instant(nanoseconds: 0) }

    /// The last instant there is: later than any other.
    @inlinable
    public static var distantFuture: Instant { Instant(nanoseconds: .max) }

    /// The instant that is so many nanoseconds later, or earlier where they are negative.
    ///
    /// - Parameter nanoseconds: How much later.
    /// - Returns: That instant, or the first or last there is.
    @inlinable
    public func advanced(byNanoseconds nanoseconds: Int64) -> Instant {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return Instant(nanoseconds: overflow ? (nanoseconds < 0 ? .min : .max) : sum)
    }

    /// How many nanoseconds lie between this instant and another: negative when the other is earlier.
    ///
    /// - Parameter other: The other instant.
    /// - Returns: Their distance, or the largest there is.
    @inlinable
    public func nanoseconds(to other: Instant) -> Int64 {
        let (difference, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return overflow ? (other < self ? .min : .max) : difference
    }
}

extension Instant: InstantProtocol {
    /// The instant that is so much later; fractions of a nanosecond are cut off.
    @inlinable
    public func advanced(by duration: Duration) -> Instant { advanced(byNanoseconds: duration.wholeNanoseconds) }

    /// How much later another instant is.
    @inlinable
    public func duration(to other: Instant) -> Duration { .nanoseconds(nanoseconds(to: other)) }

    /// The earlier instant comes first.
    @inlinable
    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Instant: CustomStringConvertible {
    /// Seconds since the clock's origin: `12.000000345s`.
    public var description: String {
        let magnitude = nanoseconds.magnitude
        let fraction = String(magnitude % 1_000_000_000)
        let zeros = String(repeating: "0", count: 9 - fraction.count)
        return "\(nanoseconds < 0 ? "-" : "")\(magnitude / 1_000_000_000).\(zeros)\(fraction)s"
    }
}
