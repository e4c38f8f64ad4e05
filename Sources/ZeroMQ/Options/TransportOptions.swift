// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What every socket can be told about its connections, before it has any.
///
/// The defaults are chosen to be safe where libzmq's are not; each property names libzmq's. Where a time or a size may
/// be nil, nil stands for none, which libzmq writes as 0 or as -1, each option in its own way.
public struct TransportOptions: Sendable, Hashable {
    /// How long unsent messages are kept for delivery after the socket is closed; nil for ever, which can keep a
    /// process from ending. Default 1 s. libzmq: `ZMQ_LINGER`, for ever.
    public var linger: Duration?
    /// How long after a connection failed it is first tried again; nil never. Default 100 ms, as libzmq's
    /// `ZMQ_RECONNECT_IVL`.
    public var reconnectInterval: Duration?
    /// The interval doubles with each failure up to this one; nil for no doubling. Default 5 s. libzmq:
    /// `ZMQ_RECONNECT_IVL_MAX`, no doubling.
    public var maximumReconnectInterval: Duration?
    /// How long the system may take to connect over TCP; nil for the system's own limit. Default 10 s. libzmq:
    /// `ZMQ_CONNECT_TIMEOUT`, the system's.
    public var connectTimeout: Duration?
    /// How long a new connection may take to greet; nil for ever. Default 30 s, as libzmq's `ZMQ_HANDSHAKE_IVL`.
    public var handshakeTimeout: Duration?
    /// How often an idle peer is asked whether it is still there; nil for never. Default nil, as libzmq's
    /// `ZMQ_HEARTBEAT_IVL`.
    ///
    /// Beware: libzmq hears no answer from a peer that does not read because its queue is full, gives the connection
    /// up, and loses what is on the way. Use heartbeats where no reader ever stalls for ``heartbeatTimeout``;
    /// ``tcpKeepAlive`` finds dead peers without that.
    public var heartbeatInterval: Duration?
    /// How long without a sign of life until a connection is given up, where heartbeats are on; nil for never. Default
    /// 30 s. libzmq: `ZMQ_HEARTBEAT_TIMEOUT`, the interval.
    public var heartbeatTimeout: Duration?
    /// How long the peer may take us for alive without hearing from us; nil lets it decide. Default 30 s, 0.1 s
    /// steps, at most 6553.5 s. libzmq: `ZMQ_HEARTBEAT_TTL`, none.
    public var heartbeatTimeToLive: Duration?
    /// The largest frame accepted: a peer that sends a larger one is disconnected, and sending one throws
    /// ``ZMQError/Code/messageTooLarge``. nil for no limit. Default 64 MiB. libzmq: `ZMQ_MAXMSGSIZE`, no limit.
    public var maximumMessageBytes: Int?
    /// Send only to peers whose connection is complete, so that nothing queues up for one that may never come.
    /// Default false, as libzmq's `ZMQ_IMMEDIATE`.
    public var immediate: Bool
    /// Accept and make IPv6 connections, beside IPv4 ones; nil for what the context says (``Context/Options/ipv6``).
    /// Default nil. libzmq: `ZMQ_IPV6`, false.
    public var ipv6: Bool?
    /// How many connections may wait to be accepted; the system has a limit of its own. Default 100, as libzmq's
    /// `ZMQ_BACKLOG`.
    public var backlog: Int
    /// Has the system probe idle TCP connections, so that a peer which vanished without a word is noticed; nil for the
    /// system's own setting. Default: after 30 s, every 10 s, three times. libzmq: `ZMQ_TCP_KEEPALIVE`, the system's
    /// (mostly never). A connection with data on its way is not idle: see ``maximumRetransmissionTime``.
    public var tcpKeepAlive: KeepAlive?
    /// The size of the kernel's send buffer in bytes; nil for the system's own. libzmq: `ZMQ_SNDBUF`.
    public var kernelSendBufferBytes: Int?
    /// The size of the kernel's receive buffer in bytes; nil for the system's own. libzmq: `ZMQ_RCVBUF`.
    public var kernelReceiveBufferBytes: Int?
    /// How long the system may keep sending what a TCP peer does not acknowledge until the connection is given up;
    /// nil for the system's own limit. Default nil, as libzmq's `ZMQ_TCP_MAXRT`. On Linux it also takes the place of
    /// ``KeepAlive/count``.
    public var maximumRetransmissionTime: Duration?
    /// The type-of-service byte of IP packets (DSCP in the upper six bits), 0 to 255. Default 0, as libzmq's `ZMQ_TOS`.
    public var typeOfService: Int
    /// The network device that TCP connections use, `eth0` say; nil for any. 1 to 15 bytes. libzmq: `ZMQ_BINDTODEVICE`.
    ///
    /// Linux only: elsewhere `bind` fails. A device that does not exist is found by `bind`; `connect` keeps trying.
    public var device: String?
    /// Which of the context's I/O threads, counted from 0, move the bytes of this socket's connections; empty for any.
    /// Only the first 64 threads can be named. Default empty. libzmq: `ZMQ_AFFINITY`, 0.
    public var ioThreadAffinity: Set<Int>
    /// From which networks TCP connections are accepted, as `192.0.2.0/24` or as a single address; empty for all.
    /// With ``ipv6``, IPv4 networks and IPv6 ones. Whoever is refused is not told, and keeps trying. Default empty.
    /// libzmq: `ZMQ_TCP_ACCEPT_FILTER`.
    public var acceptedNetworks: [String]
    /// From whom `ipc` connections are accepted. Default everybody.
    public var ipcFilter: IPCFilter
    /// Encryption, and who may connect. Default ``SocketSecurity/null``, as libzmq's `ZMQ_MECHANISM`. STREAM sockets
    /// have none.
    public var security: SocketSecurity
    /// What the program calls the socket: errors, the log and metrics say it. 1 to 100 bytes without control
    /// characters; nil for no name. Sockets with the same one are counted together. Use a few, and not one for each
    /// connection: of a context's labels metrics tell 1000 apart. Default nil. libzmq has none.
    public var label: String?

    /// The safe defaults, or others.
    public init(
        linger: Duration? = .seconds(1),
        reconnectInterval: Duration? = .milliseconds(100),
        maximumReconnectInterval: Duration? = .seconds(5),
        connectTimeout: Duration? = .seconds(10),
        handshakeTimeout: Duration? = .seconds(30),
        heartbeatInterval: Duration? = nil,
        heartbeatTimeout: Duration? = .seconds(30),
        heartbeatTimeToLive: Duration? = .seconds(30),
        maximumMessageBytes: Int? = 64 << 20,
        immediate: Bool = false,
        ipv6: Bool? = nil,
        backlog: Int = 100,
        tcpKeepAlive: KeepAlive? = KeepAlive(),
        kernelSendBufferBytes: Int? = nil,
        kernelReceiveBufferBytes: Int? = nil,
        maximumRetransmissionTime: Duration? = nil,
        typeOfService: Int = 0,
        device: String? = nil,
        ioThreadAffinity: Set<Int> = [],
        acceptedNetworks: [String] = [],
        ipcFilter: IPCFilter = IPCFilter(),
        security: SocketSecurity = .null,
        label: String? = nil
    ) {
        self.linger = linger
        self.reconnectInterval = reconnectInterval
        self.maximumReconnectInterval = maximumReconnectInterval
        self.connectTimeout = connectTimeout
        self.handshakeTimeout = handshakeTimeout
        self.heartbeatInterval = heartbeatInterval
        self.heartbeatTimeout = heartbeatTimeout
        self.heartbeatTimeToLive = heartbeatTimeToLive
        self.maximumMessageBytes = maximumMessageBytes
        self.immediate = immediate
        self.ipv6 = ipv6
        self.backlog = backlog
        self.tcpKeepAlive = tcpKeepAlive
        self.kernelSendBufferBytes = kernelSendBufferBytes
        self.kernelReceiveBufferBytes = kernelReceiveBufferBytes
        self.maximumRetransmissionTime = maximumRetransmissionTime
        self.typeOfService = typeOfService
        self.device = device
        self.ioThreadAffinity = ioThreadAffinity
        self.acceptedNetworks = acceptedNetworks
        self.ipcFilter = ipcFilter
        self.security = security
        self.label = label
    }

    /// When and how often the system probes an idle TCP connection.
    public struct KeepAlive: Sendable, Hashable {
        /// How long a connection is idle before the first probe; whole seconds, 1 to 32 767. libzmq:
        /// `ZMQ_TCP_KEEPALIVE_IDLE`.
        public var idle: Duration
        /// How long until the next one; whole seconds, 1 to 32 767. libzmq: `ZMQ_TCP_KEEPALIVE_INTVL`.
        public var interval: Duration
        /// How many of them without an answer end the connection, 1 to 127. libzmq: `ZMQ_TCP_KEEPALIVE_CNT`.
        public var count: Int

        /// A connection whose peer is gone ends after a minute, or other times.
        public init(idle: Duration = .seconds(30), interval: Duration = .seconds(10), count: Int = 3) {
            self.idle = idle
            self.interval = interval
            self.count = count
        }
    }
}
