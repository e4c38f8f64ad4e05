// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// An event with what only the library needs of it. Pure: made from bytes, whatever they are.
struct MonitorReport: Equatable {
    let event: SocketEvent
    /// The connection's or the listener's descriptor, where the event has it. A number to tell connections apart; it
    /// may be closed already.
    var descriptor: Int32?
    /// Whether it is the last one: libzmq stopped reporting.
    var isLast = false

    /// Decodes a message of libzmq's monitor: a frame with the event (16 bits) and its value (32 bits), in the
    /// machine's byte order and without padding, and a frame with the endpoint.
    init(frames: [[UInt8]]) {
        guard frames.count == 2, frames[0].count == 6 else {
            self.init(event: SocketEvent(.unknown, nil))
            return
        }
        let header = frames[0]
        let (number, value) = unsafe header.withUnsafeBytes { bytes in
            unsafe (bytes.loadUnaligned(as: UInt16.self), bytes.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
        }
        self.init(number, value, at: frames[1].isEmpty ? nil : Endpoint(reported: frames[1]))
    }

    private init(event: SocketEvent) { self.event = event }

    private init(_ number: UInt16, _ value: UInt32, at endpoint: Endpoint?) {
        let descriptor = Int32(bitPattern: value)
        func failed(_ kind: SocketEvent.Kind) -> SocketEvent {
            let operation = "\(kind) \(endpoint?.description ?? "")"
            return SocketEvent(kind, endpoint, error: .reported(descriptor, operation))
        }
        switch Int32(number) {
        case ZMQ_EVENT_LISTENING: self.init(.listening, endpoint, descriptor)
        case ZMQ_EVENT_ACCEPTED: self.init(.accepted, endpoint, descriptor)
        case ZMQ_EVENT_CONNECTED: self.init(.connected, endpoint, descriptor)
        case ZMQ_EVENT_CLOSED: self.init(.closed, endpoint, descriptor)
        case ZMQ_EVENT_DISCONNECTED: self.init(.disconnected, endpoint, descriptor)
        case ZMQ_EVENT_CONNECT_DELAYED: self.init(event: SocketEvent(.connectDelayed, endpoint))
        case ZMQ_EVENT_CONNECT_RETRIED:
            self.init(event: SocketEvent(.connectRetried, endpoint, retryDelay: .milliseconds(value)))
        case ZMQ_EVENT_BIND_FAILED: self.init(event: failed(.bindFailed))
        case ZMQ_EVENT_ACCEPT_FAILED: self.init(event: failed(.acceptFailed))
        case ZMQ_EVENT_CLOSE_FAILED: self.init(event: failed(.closeFailed))
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: self.init(event: SocketEvent(.handshakeSucceeded, endpoint))
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
            let error = value == 0 ? nil : failed(.handshakeFailed).error
            self.init(
                event: SocketEvent(.handshakeFailed, endpoint, error: error, handshakeFailure: .init(ended: value))
            )
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
            self.init(event: SocketEvent(.handshakeFailed, endpoint, handshakeFailure: .init(protocolError: value)))
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
            self.init(event: SocketEvent(.handshakeFailed, endpoint, handshakeFailure: .init(status: value)))
        case ZMQ_EVENT_MONITOR_STOPPED:
            self.init(event: SocketEvent(.unknown, endpoint, number: number))
            isLast = true
        default: self.init(event: SocketEvent(.unknown, endpoint, number: number))
        }
    }

    private init(_ kind: SocketEvent.Kind, _ endpoint: Endpoint?, _ descriptor: Int32) {
        event = SocketEvent(kind, endpoint)
        self.descriptor = descriptor
    }
}

extension Endpoint {
    /// What libzmq named: read as usual, or kept as it is.
    init(reported bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        do throws(ZMQError) { try self.init(parsing: text) } catch { self.init(.other(text)) }
    }
}
