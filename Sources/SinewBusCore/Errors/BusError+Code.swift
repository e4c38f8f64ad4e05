// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension BusError.Code {
    /// Nobody answers requests to this subject: none of the nodes has a responder that matches it.
    public static let noResponders = Self(description: "noResponders")
    /// The time was over before the call was done.
    public static let timedOut = Self(description: "timedOut")
    /// The caller's task was cancelled, or the request was.
    public static let cancelled = Self(description: "cancelled")
    /// A responder that was asked has ended, or was given up, before it answered.
    public static let responderLost = Self(description: "responderLost")
    /// The responder threw an error instead of answering.
    public static let responderFailed = Self(description: "responderFailed")
    /// The responder has as many requests as it takes at once, or the lane to it is full.
    public static let responderBusy = Self(description: "responderBusy")
    /// The node has been shut down.
    public static let closed = Self(description: "closed")
    /// The node is shutting down and takes nothing new.
    public static let draining = Self(description: "draining")
    /// The subject breaks a rule of the grammar.
    public static let invalidSubject = Self(description: "invalidSubject")
    /// The filter breaks a rule of the grammar.
    public static let invalidFilter = Self(description: "invalidFilter")
    /// The name of the node or the cluster, or of a header, is empty, too long, or has bytes that it may not have.
    public static let invalidName = Self(description: "invalidName")
    /// The message with its subject and headers has more bytes than a message may have.
    public static let tooLarge = Self(description: "tooLarge")
    /// As many requests are under way as there may be.
    public static let tooManyRequests = Self(description: "tooManyRequests")
    /// There are as many subscriptions as there may be.
    public static let tooManySubscriptions = Self(description: "tooManySubscriptions")
    /// The subscription was ended because its reader was slower than its messages came (``SlowPolicy/disconnect``).
    public static let slowSubscriber = Self(description: "slowSubscriber")
    /// Not all the peers said in time that they know of the subscription: ``BusError/nodes`` names those.
    public static let notConfirmed = Self(description: "notConfirmed")
    /// A later process took this node's name, so that this node has ended.
    public static let superseded = Self(description: "superseded")
    /// There is no link to the peer, or not to as many peers as were asked for.
    public static let notLinked = Self(description: "notLinked")
    /// The node's endpoint could not be bound.
    public static let bindFailed = Self(description: "bindFailed")
    /// An option, a flag or a configuration file is wrong.
    public static let configuration = Self(description: "configuration")
    /// A value could not be made into bytes, or bytes into a value.
    public static let codec = Self(description: "codec")

    /// What there is to do about any error of this code.
    var advice: String {
        switch self {
        case .noResponders: "start a node that responds to it, or try again once one is there"
        case .timedOut: "allow more time; a request may have been carried out all the same"
        case .cancelled: "nothing is to be done; a request may have been carried out all the same"
        case .responderLost: "ask again if carrying it out twice does no harm: it may have been carried out"
        case .responderFailed: "see the responder's own log; the same request fails again unless its cause is gone"
        case .responderBusy: "try again after a while, or add responders"
        case .closed: "make a new node"
        case .draining: "make a new node, or call before the shutdown"
        case .invalidSubject: "use tokens without white space or wildcards, with dots between them"
        case .invalidFilter: "use whole tokens, `*` for one and a final `>` for all that follow"
        case .invalidName: "use a short name without white space"
        case .tooLarge: "send less, or raise the limit at both ends"
        case .tooManyRequests: "wait for answers, or raise the limit"
        case .tooManySubscriptions: "end some, or raise the limit"
        case .slowSubscriber: "subscribe again; read faster, or choose larger limits or another policy"
        case .notConfirmed: "messages of those named may be missed; wait for them, or subscribe again"
        case .superseded: "end the other process, or give this node another name"
        case .notLinked: "check that the peer runs and that its endpoint can be reached"
        case .bindFailed: "choose an endpoint that is free and belongs to this machine"
        case .configuration: "correct the value"
        case .codec: "make sure that both ends use the same type and the same codec"
        default: "see the description of the code"
        }
    }
}
