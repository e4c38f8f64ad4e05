// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewSubjects
internal import ZeroMQ

extension SubjectFilter {
    /// What a SUB socket subscribes to for this filter, where the first frame is the subject and nothing else: the
    /// subject itself, or the filter up to and with the dot before its first wildcard.
    ///
    /// Unlike ``literalPrefix`` it has no NUL, which plain ZeroMQ programs do not send. So `orders` lets `orders2`
    /// through, which whoever receives has to leave out.
    var plainPrefix: [UInt8] { isLiteral ? bytes : literalPrefix }

    /// What a SUB socket of ours subscribes to for this filter, such that it can take it back again.
    ///
    /// libzmq cannot take back a subscription that begins with the byte 1 (see ``SubscriberSocket``). For the rare
    /// filter that begins so, everything is asked for instead.
    var subscribedTopic: Topic {
        let prefix = plainPrefix
        return prefix.first == 1 ? .all : Topic(prefix)
    }
}
