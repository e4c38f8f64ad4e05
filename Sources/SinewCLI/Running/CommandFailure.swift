// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCommandCore
import SinewCore
import SinewLog
import ZeroMQ

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Why a command did not do what it was asked for.
struct CommandFailure: Error, CustomStringConvertible {
    /// What the process ends with.
    let status: ExitStatus
    /// One line: what, where, and what to do.
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    /// What any error means for whoever runs the tool.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as ZMQError: self.init(ExitStatus(error), Self.text(error))
        case let error as BusError: self.init(ExitStatus(error), error.description)
        case let error as LogError: self.init(ExitStatus(error), error.description)
        case let error as DataError: self.init(.badData, error.description)
        case let error as ArgumentFault: self.init(.usage, error.description)
        default: self.init(.software, "\(error)")
        }
    }

    /// Where in the source a socket was made, and how Swift writes a free port, says nothing to whoever runs the tool.
    private static func text(_ error: ZMQError) -> String {
        let text = error.description.replacing(#/ made at [^ :]+:\d+/#, with: "").replacing("(or .any)", with: "(or *)")
        guard error.operation.hasPrefix("receive") else { return text }
        return text.replacing("does it keep up?", with: "does it send?")
    }
}

extension ExitStatus {
    /// The status for an error of a socket or a certificate.
    init(_ error: ZMQError) {
        switch error.code {
        case .timedOut, .terminationTimedOut: self = .timedOut
        case .invalidEndpoint, .invalidArgument: self = .usage
        case .invalidKey, .invalidCertificate: self = .configuration
        case .unsafePermissions: self = .noPermission
        default:
            switch error.errno {
            case ENOENT: self = .noInput
            case EACCES, EPERM: self = .noPermission
            case EEXIST: self = .cannotCreate
            default: self = .unavailable
            }
        }
    }
}

extension ExitStatus {
    /// The status for an error of a node.
    init(_ error: BusError) {
        switch error.code {
        case .timedOut, .notLinked, .notConfirmed: self = .timedOut
        case .responderFailed: self = .no
        case .invalidSubject, .invalidFilter, .invalidName, .configuration: self = .usage
        case .tooLarge, .codec: self = .badData
        default: self = .unavailable
        }
    }
}

extension ExitStatus {
    /// The status for an error of a log.
    init(_ error: LogError) {
        switch error.code {
        case .name, .tooLarge: self = .usage
        case .format, .corrupt: self = .badData
        default:
            switch error.cause?.code {
            case .notFound: self = .noInput
            case .denied: self = .noPermission
            case .locked, nil: self = .unavailable
            default: self = .inputOutput
            }
        }
    }
}
