// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What the tool ends with. The numbers are those of `sysexits.h`, and 128 and the signal's number after a signal.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Everything was done.
    case success = 0
    /// The answer is no: a reply says that the request failed (req --fail, bus req), a question has it (subject),
    /// nobody wanted a message (bus pub), or a simulation broke a promise (sim).
    case no = 1
    /// The arguments cannot be understood.
    case usage = 64
    /// A line of input cannot be understood.
    case badData = 65
    /// A file that was named is not there.
    case noInput = 66
    /// A socket could not be had, bound or connected; nobody answers, or messages were lost (bus).
    case unavailable = 69
    /// Something that should not happen.
    case software = 70
    /// A file could not be made, because it is there already for one.
    case cannotCreate = 73
    /// Reading input or writing output failed.
    case inputOutput = 74
    /// The time was up.
    case timedOut = 75
    /// Permission was denied, or a secret file may be read by others.
    case noPermission = 77
    /// A certificate or key, or a file of settings, cannot be used.
    case configuration = 78

    /// The status after a signal.
    package static func signal(_ number: Int32) -> Int32 { 128 + number }

    /// The list for the help page.
    package static let help = """
        Exit status: 0 done; 1 a reply says that the request failed (req --fail, bus req), the answer \
        is no (subject), nobody wanted a message (bus pub), or a simulation broke a promise (sim); 64 wrong \
        arguments; 65 a line of input cannot be understood, or is too long; 66 a file is not there; 69 the socket \
        could not be bound, connected or used, nobody answers, or messages were lost (bus); 70 internal error; 73 a \
        file exists already or cannot be made; 74 reading or writing failed; 75 the time was up (--timeout); 77 \
        permission denied, or a secret file that others may read; 78 not a usable certificate, key or file of \
        settings; 129 SIGHUP; 130 Ctrl-C; 141 whoever read the output has gone; 143 SIGTERM.
        """

    /// What the help page of one command says about it.
    package static let shortHelp =
        "Exit status: 0 done; 64 wrong arguments; 75 the time was up; others: see sinew --help."
}
