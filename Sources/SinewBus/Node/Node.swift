// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import Logging
public import SinewBusCore
public import SinewCore
public import ZeroMQ

/// One process's place on the bus: publish, subscribe, ask and answer, with all other nodes of the cluster, and nothing
/// else to run.
///
/// ```swift
/// let node = try Node("orders-1", bind: .tcp("127.0.0.1", port: .any), discovery: .seeds(["tcp://127.0.0.1:5555"]))
/// try await node.publish("book", to: "orders.us.new")
/// for try await message in try await node.subscribe("orders.*.new", queue: QueueGroup("shipping")) { … }
/// let stock = try await node.request("book", to: "inventory.check", timeout: .seconds(1))
/// ```
///
/// A node works from its making on. ``shutdown(within:)`` ends it in good order, ``run()`` does so for a service
/// group; a node that nobody refers to ends at once, and the others find out as they would of a process that died.
///
/// What is promised, and what is not, is in Documentation/guarantees.md: messages are delivered at most once, and every
/// loss has a name and a range in ``events``.
public final class Node: Sendable {
    let core: NodeCore

    /// Makes a node, binds its endpoint, and begins to look for others.
    ///
    /// - Parameters:
    ///   - name: What it is called: unique in the cluster, 1 to 64 bytes without white space, dots or wildcards. A
    ///     process with the name of an earlier one takes its place.
    ///   - bind: Where others reach it. Default a free port of 127.0.0.1.
    ///   - discovery: How it finds others.
    ///   - options: Limits and times.
    ///   - logger: Who is told what no call can throw. Default nobody.
    /// - Throws: `BusError` for a name, an endpoint or an option that cannot be used.
    public init(
        _ name: String,
        bind: Endpoint = .tcp("127.0.0.1", port: .any),
        discovery: Discovery = .none,
        options: Options = Options(),
        logger: Logger? = nil
    ) throws(BusError) {
        core = try NodeCore(name, bind: bind, discovery: discovery, options: options, logger: logger)
        core.start()
    }

    deinit { core.abandon() }

    /// What it is called.
    public var name: String { core.name }

    /// Who it is: a hash of the cluster's name and its own.
    public var id: NodeID { core.id }

    /// Which process of the node this is; it rises when the node was away for so long that all took it for dead.
    public var incarnation: Incarnation { core.incarnation }

    /// Where it is bound, with the port that it got.
    public var endpoint: Endpoint { core.endpoint }

    /// Runs tasks on the node's own thread, the one that messages come to: a loop that waits for messages and answers
    /// at once is fastest there. Do not block, and do long computations elsewhere.
    public var executor: ContextExecutor { core.context.executor }
}
