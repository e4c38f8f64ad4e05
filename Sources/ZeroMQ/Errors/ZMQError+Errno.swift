// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension ZMQError {
    /// The error for libzmq's error number `errno` after `operation`.
    static func from(_ errno: Int32, _ operation: String) -> ZMQError {
        let (code, advice) = meaning(of: errno)
        return ZMQError(code, operation: operation, advice: advice, errno: errno)
    }

    /// The error for a number that libzmq's monitor reports: the system's, of a call by libzmq's own threads.
    ///
    /// There it means something else than after a call of libzmq's: `EMFILE` is the process's limit, not the context's.
    static func reported(_ errno: Int32, _ operation: String) -> ZMQError {
        switch errno {
        case EADDRINUSE, EADDRNOTAVAIL, ENODEV: return from(errno, operation)
        case EMFILE, ENFILE:
            let advice = "raise the process's limit, or close descriptors"
            return ZMQError(.fileDescriptorBudget, operation: operation, advice: advice, errno: errno)
        default:
            let text = errno == 0 ? "" : unsafe String(cString: zmq_strerror(errno))
            return ZMQError(.system, operation: operation, advice: text, errno: errno)
        }
    }

    private static func meaning(of errno: Int32) -> (Code, String) {
        switch errno {
        case ETERM: (.contextTerminated, "")
        case ENOTSOCK: (.closed, "")
        case EAGAIN: (.timedOut, "")
        case EADDRINUSE:
            (
                .addressInUse,
                "choose another port (or .any), or stop who holds it (a socket just closed does so for a moment)"
            )
        case EADDRNOTAVAIL, ENODEV:
            (.addressNotAvailable, "bind takes a numeric address of this machine, an interface name, or * for all")
        case ENOENT: (.endpointNotFound, "pass the endpoint that bind returned or connect was given")
        case EPROTONOSUPPORT: (.notSupported, "check the scheme, and Capability for what this libzmq was built with")
        case ENOCOMPATPROTO: (.notSupported, "this transport cannot carry this socket's pattern")
        case EHOSTUNREACH: (.unreachable, "wait until the peer has connected and spoken, or drop the message")
        case EMTHREAD: (.notSupported, "tcp and ipc need a context with ioThreads of 1 or more")
        case EMFILE: (.tooManySockets, "raise Context.Options.maximumSockets, or close sockets")
        case EINVAL: (.invalidArgument, "")
        default: (.system, errno == 0 ? "" : unsafe String(cString: zmq_strerror(errno)))
        }
    }
}
