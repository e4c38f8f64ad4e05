// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewBusCore
public import SinewMembership
import ZeroMQ

extension Node {
    /// How a node takes part in the bus.
    public struct Options: Sendable {
        /// The cluster's name: nodes of other clusters are not let in. 1 to 64 bytes. Default "sinew".
        public var cluster = "sinew"
        /// Where others can reach this node, the best first; empty for where it is bound. Say it where that is an
        /// address that others do not see: in a container, or with `0.0.0.0`.
        public var advertised: [String] = []
        /// Whether a node without keys may be bound where other machines reach it. Nobody is asked who he is there: say
        /// true only in a network that you trust. Default false: `127.…`, `::1`, `ipc` and `inproc` alone.
        public var isInsecure = false
        /// Heartbeats and gossip. Seeds are given by ``Discovery``.
        public var membership = MembershipOptions()
        /// The exchange of what everybody wants.
        public var interest = InterestOptions()
        /// How messages are put together, and how many may wait for a peer.
        public var lane = LaneOptions()
        /// What turns values into payloads and back; nil for a node that is given bytes and text only. Default nil.
        public var codec: (any PayloadCodec)?
        /// How long a publisher waits for a peer without room, in all, until the message is dropped for that peer. Who
        /// comes next does not wait, until the peer has taken something. Default 1 second.
        public var publishPatience: Duration = .seconds(1)
        /// How long a node may take to end in good order, when ``Node/run()`` or ``Node/shutdown(within:)`` ends it.
        /// Default 5 seconds.
        public var shutdownTimeout: Duration = .seconds(5)
        /// The largest payload in bytes. Default 1 MiB, as nats-server has it.
        public var maximumPayloadBytes = 1 << 20
        /// How many bytes of data frames one peer may have on their way to this node. Default 4 MiB.
        public var windowBytes = 4 << 20
        /// The most subscriptions of this node. Default 65 536.
        public var maximumSubscriptions = 65_536
        /// The most requests of this node that wait for answers, at most 2^20. Default 65 536.
        public var maximumRequests = RequestTable.defaultMaximumOutstanding
        /// The most requests that this node answers at once. Default 1024.
        public var maximumResponses = 1024
        /// The most peers. Default 1024.
        public var maximumPeers = 1024
        /// Whether glibc is asked, once for the whole process, to keep up to 64 MiB of freed memory instead of giving
        /// it back to the system at once (`mallopt`, `M_TRIM_THRESHOLD`): streams of large messages cost half as much
        /// again without. Nothing is asked where the environment has set `MALLOC_…` or `GLIBC_TUNABLES`. Default true.
        public var keepsFreedMemory = true
        /// How many events wait for each slow reader. Default 4096.
        public var maximumEvents = 4096

        /// The defaults.
        public init() {}

        /// The largest data frame that this node takes: one message of the largest size, or a batch.
        var maximumFrameBytes: Int {
            max(lane.batchBytes, 0) + max(maximumPayloadBytes, 0) + Headers.maximumBytes + (16 << 10)
        }

        /// Refuses an endpoint that strangers reach, unless that is wanted.
        func checkExposure(of endpoint: Endpoint) throws(BusError) {
            let text = endpoint.description
            let isLocal = ["tcp://127.", "tcp://[::1]", "tcp://localhost:", "ipc:", "inproc:"].contains(
                where: text.hasPrefix
            )
            guard !isLocal, !isInsecure else { return }
            let advice = "bind 127.0.0.1 or ipc, or say isInsecure (the tool: --insecure) in a network that you trust"
            throw BusError(
                .configuration,
                "'\(text)' can be reached by others, who are not asked for a key",
                advice: advice
            )
        }

        /// Refuses what is no endpoint: nobody could be reached there, however often it is tried.
        func check(_ discovery: Discovery) throws(BusError) {
            for text in discovery.seeds + advertised {
                do throws(ZMQError) {
                    _ = try Endpoint(parsing: text)
                } catch {
                    throw BusError(.configuration, "'\(text)': \(error)", advice: "say it as tcp://10.0.0.7:5555")
                }
            }
        }

        var controlLimits: ControlLimits {
            ControlLimits(
                membershipBytes: membership.maximumMessageBytes,
                interestBytes: interest.maximumMessageBytes
            )
        }

        var contextOptions: Context.Options {
            var options = Context.Options()
            // A router, and for each link two sockets, each with two for its monitor.
            options.maximumSockets = min(1_000_000, 1023 + 12 * maximumPeers)
            return options
        }

        var routerOptions: RouterSocket.Options {
            var options = RouterSocket.Options()
            options.transport.maximumMessageBytes = max(maximumFrameBytes, controlLimits.frameBytes)
            options.transport.label = "bus"
            options.transport.backlog = 1024
            return options
        }

        func busOptions(_ discovery: Discovery) -> BusOptions {
            var bus = BusOptions()
            bus.membership = membership
            bus.membership.seeds = discovery.seeds
            bus.interest = interest
            bus.maximumPeers = maximumPeers
            bus.maximumFrameBytes = maximumFrameBytes
            bus.windowBytes = windowBytes
            return bus
        }
    }
}
