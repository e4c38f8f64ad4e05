// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewMembership

/// How large the frames of a control lane can be.
public struct ControlLimits: Hashable, Sendable {
    /// The largest size of an encoded `MembershipMessage` in bytes. 8 KiB, and at least that.
    public let membershipBytes: Int
    /// The largest size of an encoded `InterestMessage` in bytes. 64 KiB, and at least 256.
    public let interestBytes: Int

    /// Limits for the messages inside; those left out have their defaults.
    ///
    /// - Parameters:
    ///   - membershipBytes: The largest size of a membership message; a lower value than 8 KiB counts as that.
    ///   - interestBytes: The largest size of an interest message; a lower value than
    ///     `InterestOptions.smallestMessageBytes` counts as that.
    public init(membershipBytes: Int = 8 << 10, interestBytes: Int = 64 << 10) {
        self.membershipBytes = max(8 << 10, membershipBytes)
        self.interestBytes = max(InterestOptions.smallestMessageBytes, interestBytes)
    }

    /// The largest size of a frame: the head, and the larger of the two kinds of messages.
    public var frameBytes: Int { ControlFrame.headBytes + max(membershipBytes, interestBytes) }

    var membership: MembershipLimits { MembershipLimits(messageBytes: membershipBytes) }

    var interest: InterestOptions {
        var options = InterestOptions()
        options.maximumMessageBytes = interestBytes
        return options
    }
}
