// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore
public import SinewMembership

/// What goes over the control lane of a link, in either direction: from its opener through his DEALER, and back from
/// the other end's ROUTER.
public struct ControlFrame: Hashable, Sendable {
    /// What is said.
    public enum Body: Hashable, Sendable {
        /// Opener: the first word on a link. Let me in?
        case hello(Greeting)
        /// Other end: come in.
        case welcome(Welcome)
        /// Other end: this link is not let in, or not any more.
        case refusal(Refusal)
        /// Opener: what the membership says.
        case membership(MembershipMessage)
        /// Opener: what the interest exchange says.
        case interest(InterestMessage)
        /// Opener: how much of what the other end sent me on the data lane of *its* link I have, and may still come.
        case position(LanePosition)
        /// Opener: I take nothing more, and send nothing more. The last word on a link.
        case goodbye(LanePosition)
    }

    /// The process that it is for; nil in a hello to whom the opener does not know yet,
    /// and in a refusal of such a one. Another process drops it.
    public let destination: Incarnation?
    /// What is said.
    public let body: Body

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - destination: The process that it is for; nil where that is not known.
    ///   - body: What is said.
    public init(to destination: Incarnation?, _ body: Body) {
        self.destination = destination
        self.body = body
    }
}

/// Who somebody is, and what he takes: the same in both directions.
public struct Greeting: Hashable, Sendable {
    /// The longest name of a cluster or a node in bytes of UTF-8.
    public static let maximumNameBytes = 64

    /// The cluster that he belongs to: links join nodes of one cluster only.
    public let cluster: String
    /// What the node is called.
    public let name: String
    /// The largest frame on a data lane that he takes, in bytes.
    public let maximumFrameBytes: UInt64
    /// How many bytes of data frames may be on their way to him before he says that he has them.
    public let windowBytes: UInt64

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - cluster: The cluster's name.
    ///   - name: The node's name.
    ///   - maximumFrameBytes: The largest data frame that is taken.
    ///   - windowBytes: How many bytes may be on their way.
    public init(cluster: String, name: String, maximumFrameBytes: UInt64, windowBytes: UInt64) {
        self.cluster = cluster
        self.name = name
        self.maximumFrameBytes = maximumFrameBytes
        self.windowBytes = windowBytes
    }
}

/// The answer to a hello.
public struct Welcome: Hashable, Sendable {
    /// Who answers.
    public let node: NodeID
    /// Which process of him.
    public let incarnation: Incarnation
    /// His name and limits.
    public let greeting: Greeting
    /// The last message that he has of those which the opener sent over earlier links; nil when he has none of this
    /// process of the opener, or has given up what he knew of it.
    public let received: UInt64?

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - node: Who answers.
    ///   - incarnation: Which process of him.
    ///   - greeting: His name and limits.
    ///   - received: The last message that he has of the opener's.
    public init(node: NodeID, incarnation: Incarnation, greeting: Greeting, received: UInt64?) {
        self.node = node
        self.incarnation = incarnation
        self.greeting = greeting
        self.received = received
    }
}

/// How far a receiver is with the data lane of one link.
public struct LanePosition: Hashable, Sendable {
    /// The number of the link that it is about, which the *receiver of this word* opened.
    public let link: UInt32
    /// The last message that was received, and all before it were received or reported as missed; 0 for none.
    public let received: UInt64
    /// Up to which sum of bytes of data frames of this link the receiver takes them.
    public let granted: UInt64

    /// Makes it of its parts.
    ///
    /// - Parameters:
    ///   - link: The number of the link that it is about.
    ///   - received: The last message that was received.
    ///   - granted: Up to which sum of bytes of data frames are taken.
    public init(link: UInt32, received: UInt64, granted: UInt64) {
        self.link = link
        self.received = received
        self.granted = granted
    }
}
