// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewBus
import SinewCommandCore
import SinewMembership
import SinewSubjects
import ZeroMQ

/// Which node the tool is, and where the others are.
struct BusNodeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            An endpoint at which some node of the cluster listens; the others are found through it. May be repeated. \
            Or SINEW_BUS_SEEDS, with commas.
            """,
            valueName: "endpoint"
        ),
        completion: endpointCompletion
    )
    var seed: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Where others reach this node: tcp://ADDRESS:PORT (* for a free port, in quotes), or ipc://PATH. Default \
            tcp://127.0.0.1:*. Or SINEW_BUS_BIND.
            """,
            valueName: "endpoint"
        ),
        completion: endpointCompletion
    )
    var bind: String?

    @Flag(
        help: "Bind also where other machines reach this node: there is no encryption, and nobody is asked for a key."
    )
    var insecure = false

    @Option(
        help: ArgumentHelp(
            "Where others see this node, if not where it binds: in a container, or behind 0.0.0.0. May be repeated.",
            valueName: "endpoint"
        ),
        completion: endpointCompletion
    )
    var advertise: [String] = []

    @Option(help: "What this node is called; a name is made up by default. Or SINEW_BUS_NAME.")
    var name: String?

    @Option(help: "The cluster's name; nodes of others are not let in. Default sinew. Or SINEW_BUS_CLUSTER.")
    var cluster: String?

    @Option(
        help: ArgumentHelp(
            """
            A file of lines 'key = value', with the keys name, cluster, bind and seed. Flags and environment count more.
            """,
            valueName: "file"
        ),
        completion: .file()
    )
    var config: String?

    /// Makes the node.
    ///
    /// - Returns: The node, and whether somebody has to be told where it is.
    func node() async throws -> (node: Node, isToBeTold: Bool) {
        let settings = try await settings()
        guard settings.bind != nil || !settings.seeds.isEmpty else {
            throw ValidationError(
                "where are the others? Give --seed ENDPOINT or SINEW_BUS_SEEDS, or --bind ENDPOINT where they find this"
            )
        }
        let bind = try endpoint(from: settings.bind ?? "tcp://127.0.0.1:*")
        let seeds = try settings.seeds.map { "\(try endpoint(from: $0))" }
        var options = Node.Options()
        options.isInsecure = insecure
        options.advertised = try advertise.map { "\(try endpoint(from: $0))" }
        if let cluster = settings.cluster { options.cluster = cluster }
        let name = settings.name ?? "sinew-\(String(UInt32.random(in: .min ... .max), radix: 16))"
        let node = try Node(name, bind: bind, discovery: .seeds(seeds), options: options)
        let place = bind.description
        if place.hasPrefix("ipc://"), let file = SocketFile(String(place.dropFirst(6))) { Leftovers.shared.keep(file) }
        return (node, settings.seeds.isEmpty || place.contains("*") && settings.bind != nil)
    }

    private func settings() async throws -> BusSettings {
        let flags = BusSettings(name: name, cluster: cluster, bind: bind, seeds: seed)
        let environment = BusSettings(environment: Environment.value)
        guard let config else { return flags.over(environment) }
        let bytes = try await FileContents.read(config)
        do throws(ArgumentFault) {
            return flags.over(environment).over(try BusSettings(file: bytes, path: config))
        } catch {
            throw CommandFailure(.configuration, error.description)
        }
    }
}

/// Reads a subject; the error says what is wrong with it.
@Sendable func subject(from text: String) throws -> Subject {
    do { return try Subject(text) } catch { throw ValidationError("\(error)") }
}

/// Reads a filter; the error says what is wrong with it.
@Sendable func filter(from text: String) throws -> SubjectFilter {
    do { return try SubjectFilter(text) } catch { throw ValidationError("\(error)") }
}

/// Reads the name of a queue group; the error says what is wrong with it.
@Sendable func queueGroup(from text: String) throws -> QueueGroup {
    do { return try QueueGroup(text) } catch { throw ValidationError("\(error)") }
}

/// Reads a header; the error says what is wrong with it.
@Sendable func header(from text: String) throws -> BusLine.Header {
    do { return try BusLine.Header(parsing: text) } catch { throw ValidationError(error.description) }
}
