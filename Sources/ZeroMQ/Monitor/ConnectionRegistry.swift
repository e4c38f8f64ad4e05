// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What the events say about a socket's connections, as a value. Pure: the time comes with each event.
struct ConnectionRegistry {
    /// The connections by their descriptors.
    private var byDescriptor: [Int32: SocketConnection] = [:]
    private var listeners: Set<Int32> = []
    private var nextID: UInt64 = 1
    /// Whether a connection is established only by its handshake: not so for raw TCP, which has none.
    private let hasHandshakes: Bool
    /// Where a handshake failed whose connection has not ended yet.
    private var failing: Set<Endpoint> = []
    /// Where connections of this socket's making were lost and not made again.
    private var lost: [Endpoint] = []
    /// Where this socket gave its connections up, the latest last: libzmq may still make one there, to deliver what
    /// lingers, and never tells its end.
    private var givenUp: [Endpoint] = []
    private static let maximumLost = 10_000
    private static let maximumGivenUp = 1000
    /// Connections lost and made again, and handshakes that failed.
    private(set) var reconnects: UInt64 = 0
    private(set) var handshakeFailures: UInt64 = 0
    /// Attempts to connect that libzmq is going to repeat.
    private(set) var attemptsFailed = 0
    /// How many events said why there is no connection, and the last of them.
    private(set) var failures = 0
    private(set) var lastFailure: SocketEvent?
    /// Whether that was the end of a connection which had not finished its handshake.
    private(set) var failedInHandshake = false

    init(hasHandshakes: Bool) { self.hasHandshakes = hasHandshakes }

    /// The connections, oldest first.
    var connections: [SocketConnection] { byDescriptor.values.sorted { $0.id < $1.id } }

    /// How many connections are established, at all or to an endpoint that was connected to.
    func established(to endpoint: Endpoint?) -> Int {
        byDescriptor.values.count { connection in
            guard connection.isEstablished else { return false }
            guard let endpoint else { return true }
            return !connection.isAccepted && endpoint.mayBe(connection.endpoint)
        }
    }

    mutating func apply(_ report: MonitorReport, at time: ContinuousClock.Instant) {
        guard let endpoint = report.event.endpoint else { return }
        switch (report.event.kind, report.descriptor) {
        case (.listening, let descriptor?): listeners.insert(descriptor)
        case (.accepted, let descriptor?): add(descriptor, endpoint, isAccepted: true, time)
        case (.connected, let descriptor?):
            guard !givenUp.contains(where: { $0.mayBe(endpoint) }) else { return }
            if let index = lost.firstIndex(where: { $0.mayBe(endpoint) }) {
                lost.remove(at: index)
                reconnects += 1
            }
            add(descriptor, endpoint, isAccepted: false, time)
        case (.disconnected, let descriptor?): remove(descriptor, report.event, endpoint)
        case (.closed, let descriptor?):
            if listeners.remove(descriptor) == nil { fail(report.event) } else { unbound(endpoint) }
        case (.connectRetried, _): attemptsFailed += 1
        case (.handshakeSucceeded, _): mark(endpoint)
        case (.handshakeFailed, _):
            // libzmq reports some failures twice.
            if failing.insert(endpoint).inserted { handshakeFailures += 1 }
            fail(report.event)
        case (.bindFailed, _), (.acceptFailed, _): fail(report.event)
        default: break
        }
    }

    /// The socket gave up its connections to an endpoint, of which libzmq says nothing.
    mutating func forget(_ endpoint: Endpoint) {
        byDescriptor = byDescriptor.filter { $0.value.isAccepted || !endpoint.mayBe($0.value.endpoint) }
        lost.removeAll { endpoint.mayBe($0) }
        if givenUp.count >= Self.maximumGivenUp { givenUp.removeFirst() }
        givenUp.append(endpoint)
    }

    /// The socket does not listen any more, and libzmq has ended what was accepted there, without a word.
    private mutating func unbound(_ endpoint: Endpoint) {
        byDescriptor = byDescriptor.filter { !$0.value.isAccepted || !endpoint.accepts(at: $0.value.endpoint) }
    }

    /// The socket is about to connect to an endpoint.
    mutating func expect(_ endpoint: Endpoint) { givenUp.removeAll { $0.mayBe(endpoint) } }

    private mutating func fail(_ event: SocketEvent) {
        failures += 1
        lastFailure = event
        failedInHandshake = false
    }

    private mutating func add(
        _ descriptor: Int32,
        _ endpoint: Endpoint,
        isAccepted: Bool,
        _ time: ContinuousClock.Instant
    ) {
        byDescriptor[descriptor] = SocketConnection(
            id: nextID,
            endpoint: endpoint,
            isAccepted: isAccepted,
            since: time,
            isEstablished: !hasHandshakes
        )
        nextID += 1
    }

    /// A handshake succeeded at this endpoint: of the newest connection that had none, for a peer that connects and
    /// then is silent must not count for the good one that comes later.
    private mutating func mark(_ endpoint: Endpoint) {
        guard let descriptor = candidate(at: endpoint) else { return }
        byDescriptor[descriptor]?.isEstablished = true
    }

    private func candidate(at endpoint: Endpoint) -> Int32? {
        let open = byDescriptor.filter { !$0.value.isEstablished }
        // libzmq names a listener at all addresses by itself, and its connections by the address that was used.
        let here = open.filter { $0.value.endpoint == endpoint }
        let near = here.isEmpty ? open.filter { $0.value.isAccepted && $0.value.endpoint.hasPort(of: endpoint) } : here
        return near.max { $0.value.id < $1.value.id }?.key
    }

    private mutating func remove(_ descriptor: Int32, _ event: SocketEvent, _ endpoint: Endpoint) {
        let hadNoHandshake = failing.remove(endpoint) != nil
        if !hadNoHandshake { fail(event) }
        guard let connection = byDescriptor.removeValue(forKey: descriptor) else { return }
        // libzmq ends the connection without a word when the socket types do not fit, or READY cannot be read.
        if !hadNoHandshake, !connection.isEstablished {
            handshakeFailures += 1
            failedInHandshake = true
        }
        if !connection.isAccepted, lost.count < Self.maximumLost { lost.append(connection.endpoint) }
        // Then it was another one whose handshake succeeded.
        if hadNoHandshake, connection.isEstablished, hasHandshakes { mark(endpoint) }
    }
}
