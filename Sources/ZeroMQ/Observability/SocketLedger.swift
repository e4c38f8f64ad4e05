// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import SinewCore

/// What the sockets of a context did, by kind and label; those that are gone, too.
///
/// A socket adds what it has done when it is freed, so nothing is counted twice, and nothing is forgotten.
final class SocketLedger: Sendable {
    /// Sockets that are counted together.
    struct Group: Sendable, Hashable {
        let kind: String
        let label: String?
    }

    struct Totals: Sendable {
        var statistics = SocketStatistics()
        var openSockets = 0
        /// Connections that are established at the sockets whose connections are known; nil when there is none.
        var connections: Int?
    }

    private struct Member {
        weak var socket: SocketEngine?
        let group: Group
    }

    private struct State {
        var members: [UInt64: Member] = [:]
        /// What sockets did that are gone. Every group there ever was has an entry.
        var gone: [Group: SocketStatistics] = [:]
    }

    /// Labels beyond this many groups are counted as one: what counts must not grow for ever.
    static let maximumGroups = 1000
    static let otherLabel = "other"

    private let state = Locked(State())

    func add(_ socket: SocketEngine) {
        guard !socket.kind.isInternal else { return }
        let (name, id) = (socket.name, socket.id)
        state.withLock { state in
            var group = Group(kind: name.kind, label: name.label)
            if state.gone[group] == nil, state.gone.count >= Self.maximumGroups, name.label != nil {
                group = Group(kind: name.kind, label: Self.otherLabel)
            }
            state.gone[group, default: SocketStatistics()].add(SocketStatistics())
            state.members[id] = Member(socket: socket, group: group)
        }
    }

    /// The socket is being freed, and this is all that it has done.
    func retire(_ id: UInt64, _ statistics: SocketStatistics) {
        state.withLock { state in
            guard let member = state.members.removeValue(forKey: id) else { return }
            state.gone[member.group, default: SocketStatistics()].add(statistics)
        }
    }

    /// What all have done so far. A socket that is being freed at this moment may be missing.
    func totals() -> [Group: Totals] {
        // Both at once, or a socket could be in both. Let go of without the lock: it may be the last that has a socket.
        let (gone, members) = state.withLock { state in
            (state.gone, state.members.values.map { ($0.socket, $0.group) })
        }
        var totals = gone.mapValues { Totals(statistics: $0) }
        for (socket, group) in members {
            guard let count = socket?.census else { continue }
            totals[group, default: Totals()].add(count)
        }
        return totals
    }
}

extension SocketLedger.Totals {
    mutating func add(_ other: SocketLedger.Totals) {
        statistics.add(other.statistics)
        openSockets += other.openSockets
        if let more = other.connections { connections = (connections ?? 0) + more }
    }
}

extension SocketEngine {
    /// The socket's numbers, and whether it is open.
    var census: SocketLedger.Totals {
        let statistics = statistics
        let (isOpen, monitor) = state.withLock { ($0.end == nil, $0.monitor) }
        let connections = monitor.flatMap { monitor in
            isOpen && monitor.isComplete ? monitor.state.withLock { $0.registry.established(to: nil) } : nil
        }
        return SocketLedger.Totals(statistics: statistics, openSockets: isOpen ? 1 : 0, connections: connections)
    }
}

extension Context {
    /// What all the context's sockets have done, those that are gone too; nothing in a forked child.
    ///
    /// A socket that is being freed at this very moment may be missing, and counts again a moment later.
    public var statistics: SocketStatistics {
        guard core.isInItsProcess else { return SocketStatistics() }
        return core.ledger.totals().values.reduce(into: SocketStatistics()) { $0.add($1.statistics) }
    }
}
