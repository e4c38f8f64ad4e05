// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CBaseline
import Harness

/// `compare zeromq`: the typed sockets beside C against libzmq's API.
struct ZeroMQCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zeromq",
        abstract: "The typed sockets beside C against libzmq's API.",
        discussion: """
            Metrics are named what/transport/bytes/variant. 'inproc' is one core, 'inproc-free' free placement, tcp \
            two processes pinned to a core each. Exits with 3 when the C baseline disagreed with itself, \
            with 1 when a bar was missed.
            """
    )

    @OptionGroup var options: SuiteOptions

    @Option(help: "How many seconds the idle sockets are watched.")
    var idleSeconds = 10.0

    @Option(help: "How many seconds a sender with a stopped receiver is watched.")
    var stoppedSeconds = 60.0

    @Option(help: "A Python with pyzmq to compare with; left out where it has none.")
    var python = ".build/peers/venv/bin/python"

    func run() throws {
        let pyzmq = PyZMQ(python: self.python)
        if pyzmq == nil { note("no pyzmq in \(self.python): not compared with; scripts/peers.sh installs it") }
        let suite = ZeroMQSuite(
            seconds: self.options.seconds,
            idleSeconds: self.idleSeconds,
            stoppedSeconds: self.stoppedSeconds,
            pyzmq: pyzmq
        )
        try self.options.measure(
            suite,
            about: (["libzmq \(libzmqVersion())"] + [pyzmq?.version].compactMap { $0 }).joined(separator: ", ")
        )
    }
}

/// libzmq's version as "4.3.4".
func libzmqVersion() -> String {
    var buffer = [CChar](repeating: 0, count: 32)
    unsafe cb_zmq_version(&buffer, buffer.count)
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
