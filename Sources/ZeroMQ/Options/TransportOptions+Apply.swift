// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

extension TransportOptions {
    func apply(to writer: OptionWriter) throws(ZMQError) {
        if let label {
            guard (1...100).contains(label.utf8.count), label.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                throw writer.outOfRange("label", label.debugDescription, "1 to 100 bytes without control characters")
            }
        }
        try writer.set(ZMQ_LINGER, "linger", time: linger)
        try writer.set(ZMQ_RECONNECT_IVL, "reconnectInterval", time: reconnectInterval)
        try writer.set(ZMQ_RECONNECT_IVL_MAX, "maximumReconnectInterval", period: maximumReconnectInterval)
        try writer.set(ZMQ_CONNECT_TIMEOUT, "connectTimeout", period: connectTimeout)
        try writer.set(ZMQ_HANDSHAKE_IVL, "handshakeTimeout", period: handshakeTimeout)
        try writer.set(ZMQ_HEARTBEAT_IVL, "heartbeatInterval", period: heartbeatInterval)
        try writer.set(ZMQ_HEARTBEAT_TIMEOUT, "heartbeatTimeout", period: heartbeatTimeout)
        // libzmq sends it in tenths of a second, in 16 bits.
        try writer.set(
            ZMQ_HEARTBEAT_TTL,
            "heartbeatTimeToLive",
            period: heartbeatTimeToLive,
            step: 100,
            atMost: 6_553_500
        )
        try writer.set(ZMQ_MAXMSGSIZE, "maximumMessageBytes", limit: maximumMessageBytes)
        try writer.set(ZMQ_IMMEDIATE, "immediate", to: immediate)
        if let ipv6 { try writer.set(ZMQ_IPV6, "ipv6", to: ipv6) }
        try writer.set(ZMQ_BACKLOG, "backlog", count: backlog)
        if let tcpKeepAlive {
            try writer.set(ZMQ_TCP_KEEPALIVE, "tcpKeepAlive", to: true)
            try writer.set(ZMQ_TCP_KEEPALIVE_IDLE, "tcpKeepAlive.idle", seconds: tcpKeepAlive.idle)
            try writer.set(ZMQ_TCP_KEEPALIVE_INTVL, "tcpKeepAlive.interval", seconds: tcpKeepAlive.interval)
            try writer.set(ZMQ_TCP_KEEPALIVE_CNT, "tcpKeepAlive.count", tcpKeepAlive.count, in: 1...127)
        }
        if let bytes = kernelSendBufferBytes { try writer.set(ZMQ_SNDBUF, "kernelSendBufferBytes", count: bytes) }
        if let bytes = kernelReceiveBufferBytes {
            try writer.set(ZMQ_RCVBUF, "kernelReceiveBufferBytes", count: bytes)
        }
        try writer.set(ZMQ_TCP_MAXRT, "maximumRetransmissionTime", period: maximumRetransmissionTime)
        try writer.set(ZMQ_TOS, "typeOfService", typeOfService, in: 0...255)
        if let device { try writer.set(ZMQ_BINDTODEVICE, "device", text: device, bytes: 1...15) }
        try writer.set(ZMQ_AFFINITY, "ioThreadAffinity", bits: ioThreadAffinity, below: writer.ioThreadCount)
        for network in acceptedNetworks { try accept(network, writer) }
        try ipcFilter.apply(to: writer)
    }

    private func accept(_ network: String, _ writer: OptionWriter) throws(ZMQError) {
        let isIPv6On = try writer.flag(ZMQ_IPV6, "ipv6")
        guard let parsed = AddressRange(network), parsed.isIPv4 || isIPv6On else {
            let range = "an IPv4 address or, with ipv6, an IPv6 one, alone or with a prefix length"
            throw writer.outOfRange("acceptedNetworks", "\"\(network)\"", range)
        }
        // Where IPv6 is on, IPv4 peers come with their address mapped into IPv6, and libzmq maps the network, too.
        let isMapped = parsed.isIPv4 && isIPv6On
        let text = "\(parsed.address)/\(parsed.prefixLength + (isMapped ? 96 : 0))"
        try writer.set(ZMQ_TCP_ACCEPT_FILTER, "acceptedNetworks", text: text, bytes: 1...255)
    }
}
