// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import ZeroMQ

// MARK: Sending

func asyncSend(_ socket: some SendingSocket, size: Int, count: Int) async throws {
    let payload = unsafe payload(size)
    for _ in 0..<count { try await socket.send(unsafe payload.span) }
}

func exclusiveSend(_ socket: some SendingSocket, size: Int, count: Int) throws {
    let payload = unsafe payload(size)
    try socket.withExclusiveAccess { socket in
        for _ in 0..<count { _ = try socket.send(unsafe payload.span) }
    }
}

/// Bytes to send, kept until the process ends.
func payload(_ size: Int) -> UnsafeBufferPointer<UInt8> {
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size)
    unsafe bytes.initialize(repeating: 0)
    return UnsafeBufferPointer(bytes)
}

// MARK: Receiving

func asyncReceive(_ socket: some ReceivingSocket, _ meter: ReceiveMeter) async throws -> Sample {
    try meter.check(try await socket.receive())
    let start = ReceiveMeter.Start()
    for received in 1..<meter.count {
        if received == meter.warmUp { meter.warmedUp() }
        try meter.check(try await socket.receive())
    }
    return meter.report(since: start)
}

func batchReceive(_ socket: some ReceivingSocket, _ meter: ReceiveMeter) async throws -> Sample {
    var received = try await socket.receive(upTo: 1).count
    let start = ReceiveMeter.Start()
    var isWarm = false
    while received < meter.count {
        if !isWarm, received >= meter.warmUp {
            isWarm = true
            meter.warmedUp()
        }
        let batch = try await socket.receive(upTo: 64)
        for message in batch { try meter.check(message) }
        received += batch.count
    }
    return meter.report(since: start)
}

func exclusiveReceive(_ socket: some ReceivingSocket, _ meter: ReceiveMeter) throws -> Sample {
    try socket.withExclusiveAccess { socket in
        var message = Message()
        _ = try socket.receive(into: &message)
        let start = ReceiveMeter.Start()
        for received in 1..<meter.count {
            if received == meter.warmUp { meter.warmedUp() }
            _ = try socket.receive(into: &message)
            try meter.check(message)
        }
        return meter.report(since: start)
    }
}
