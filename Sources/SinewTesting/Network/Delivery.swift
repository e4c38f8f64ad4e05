// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// What the network does with one message: when it arrives, and when a repetition of it does.
public struct Delivery: Hashable, Sendable {
    @usableFromInline let firstTime: Int64
    @usableFromInline let secondTime: Int64

    @inlinable
    init(first: Int64, second: Int64 = .max) {
        firstTime = first
        secondTime = second
    }

    /// The message is lost.
    @inlinable static var lost: Delivery { Delivery(first: .max) }

    /// When the message arrives; nil when it is lost.
    @inlinable public var first: Instant? { firstTime == .max ? nil : Instant(nanoseconds: firstTime) }
    /// When it arrives once more; nil when it does not.
    @inlinable public var second: Instant? { secondTime == .max ? nil : Instant(nanoseconds: secondTime) }
}
