// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension ZMQError {
    /// The kind of a failure. New codes may be added: give every `switch` a default.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, as it is spelled in Swift.
        public let name: String
        let summary: String

        init(_ name: String, _ summary: String) {
            self.name = name
            self.summary = summary
        }

        /// Codes are the same when their names are.
        public static func == (left: Code, right: Code) -> Bool { left.name == right.name }

        /// Hashes the name.
        public func hash(into hasher: inout Hasher) { hasher.combine(name) }

        /// The code's name.
        public var description: String { name }
    }
}

extension ZMQError.Code {
    /// The deadline passed first. Nothing was sent or received by this call.
    public static let timedOut = Self("timedOut", "the deadline passed")
    /// The task was cancelled. Nothing was sent or received by this call.
    public static let cancelled = Self("cancelled", "the task was cancelled")
    /// The socket was closed, before the call or during it.
    public static let closed = Self("closed", "the socket is closed")
    /// The socket's context was shut down, before the call or during it.
    public static let contextTerminated = Self("contextTerminated", "the context was shut down")
    /// Sockets are still open, or still flushing, at the end of the time given to terminate the context.
    public static let terminationTimedOut = Self("terminationTimedOut", "the context could not be terminated in time")
    /// An endpoint that libzmq cannot use, or would silently misread.
    public static let invalidEndpoint = Self("invalidEndpoint", "the endpoint is not valid here")
    /// Somebody else is bound to the endpoint.
    public static let addressInUse = Self("addressInUse", "the address is in use")
    /// The interface or address does not exist on this machine.
    public static let addressNotAvailable = Self("addressNotAvailable", "no such interface or address on this machine")
    /// The endpoint was never bound or connected by this socket.
    public static let endpointNotFound = Self("endpointNotFound", "the socket has no such endpoint")
    /// The libzmq in use was built without this transport or mechanism.
    public static let notSupported = Self("notSupported", "not supported by this libzmq")
    /// No peer with this routing id is connected.
    public static let unreachable = Self("unreachable", "no peer with this routing id is connected")
    /// The message is larger than the socket's maximum message size.
    public static let messageTooLarge = Self("messageTooLarge", "the message is larger than the maximum message size")
    /// A message needs at least one frame.
    public static let emptyMessage = Self("emptyMessage", "a message needs at least one frame")
    /// A subscriber without a subscription receives nothing, for ever.
    public static let noSubscriptions = Self("noSubscriptions", "the socket has no subscriptions")
    /// The socket was bound or connected before its monitoring began, or it is not monitored at all: not all of its
    /// connections are known.
    public static let notMonitored = Self(
        "notMonitored",
        "connections may exist that were made before monitoring began"
    )
    /// Another thread has exclusive access to the socket.
    public static let busy = Self("busy", "another thread has exclusive access to the socket")
    /// The socket or context was made before a fork and is used in the child.
    public static let usedAfterFork = Self("usedAfterFork", "made before a fork and used in the child process")
    /// The process is close to its limit of open files; libzmq would abort the process beyond it.
    public static let fileDescriptorBudget = Self("fileDescriptorBudget", "too few file descriptors are left")
    /// The context's limit of sockets is reached.
    public static let tooManySockets = Self("tooManySockets", "the context's maximum number of sockets is reached")
    /// A value outside its range.
    public static let invalidArgument = Self("invalidArgument", "a value is outside its range")
    /// Not a CURVE key.
    public static let invalidKey = Self("invalidKey", "not a CURVE key")
    /// Not a file with a CURVE certificate, or one that does not say what it must.
    public static let invalidCertificate = Self("invalidCertificate", "not a valid certificate")
    /// A file or directory with keys that others than its owner can get at.
    public static let unsafePermissions = Self("unsafePermissions", "its permissions are too wide")
    /// Any other failure of libzmq or the system; see ``ZMQError/errno``.
    public static let system = Self("system", "a system call failed")
}
