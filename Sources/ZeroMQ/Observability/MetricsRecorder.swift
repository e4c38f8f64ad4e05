// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if Metrics
internal import CoreMetrics
internal import SinewCore

/// The metrics that there are, and what they were last told.
final class MetricsRecorder: Sendable {
    /// The metrics of one group of sockets.
    private struct Group: Sendable {
        let counters: CounterSet<SocketStatistics>
        let openSockets: Meter
        /// Made when it is first known.
        let connections: Meter?
    }

    private let factory: any MetricsFactory
    private let dimensions: [(String, String)]
    private let groups = Locked<[SocketLedger.Group: Group]>([:])
    private let auth: CounterSet<AuthStatistics>

    init(factory: any MetricsFactory, dimensions: [(String, String)]) {
        self.factory = factory
        self.dimensions = dimensions
        auth = CounterSet(
            MetricNames.auth.map { name, outcome, number in
                let own = outcome.map { [("outcome", $0)] } ?? []
                return (Counter(label: name, dimensions: own + dimensions, factory: factory), number)
            }
        )
    }

    func record(_ totals: [SocketLedger.Group: SocketLedger.Totals], _ statistics: AuthStatistics) {
        auth.record(statistics)
        for (key, totals) in totals {
            let group = group(key, hasConnections: totals.connections != nil)
            group.counters.record(totals.statistics)
            group.openSockets.set(totals.openSockets)
            group.connections?.set(totals.connections ?? 0)
        }
    }

    /// The factory is code of the backend's, and is asked without the lock: who comes second takes what the first made.
    private func group(_ key: SocketLedger.Group, hasConnections: Bool) -> Group {
        let known = groups.withLock { $0[key] }
        if let known, known.connections != nil || !hasConnections { return known }
        // The same dimensions for all: backends refuse a metric whose dimensions differ.
        let own = [("type", key.kind.lowercased())] + [("label", key.label ?? "")] + dimensions
        let counters =
            known?.counters
            ?? CounterSet(
                MetricNames.sockets.map { name, number in
                    (Counter(label: name, dimensions: own, factory: factory), number)
                }
            )
        let made = Group(
            counters: counters,
            openSockets: known?.openSockets ?? Meter(label: MetricNames.openSockets, dimensions: own, factory: factory),
            connections: hasConnections
                ? Meter(label: MetricNames.connections, dimensions: own, factory: factory) : nil
        )
        return groups.withLock { groups in
            if let other = groups[key], other.connections != nil || !hasConnections { return other }
            // The counters that somebody else has begun with go on.
            let group = Group(
                counters: groups[key]?.counters ?? made.counters,
                openSockets: made.openSockets,
                connections: made.connections
            )
            groups[key] = group
            return group
        }
    }
}
#endif
