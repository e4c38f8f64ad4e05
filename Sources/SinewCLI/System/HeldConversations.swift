// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CSinewProcess

/// The process's connections over `tcp`, kept open until what was sent has arrived although the peers send as well.
///
/// A system that closes a TCP connection with input that nobody has read resets it, and drops what it has not sent yet.
/// So the tool says that nothing more comes, and drops what comes in until the peer, which has read everything, ends.
struct HeldConversations: ~Copyable {
    private static let maximumCount = 1024

    private struct Stream {
        let descriptor: Int32
        var wasHeard = false
        var hasEnded = false
    }

    private var streams: [Stream] = []

    /// Holds the connections that there are.
    ///
    /// - Parameter isNeeded: Whether messages were sent by a socket that receives, too; holds nothing otherwise.
    init(isNeeded: Bool) {
        guard isNeeded else { return }
        var descriptors = [Int32](repeating: -1, count: Self.maximumCount)
        let count = unsafe descriptors.withUnsafeMutableBufferPointer { buffer in
            unsafe sinew_process_hold_streams(1, buffer.baseAddress, Int32(buffer.count))
        }
        streams = descriptors.prefix(Int(count)).map { Stream(descriptor: $0) }
    }

    deinit { for stream in streams { Descriptor.close(stream.descriptor) } }

    /// Tells the peers that nothing more comes; when libzmq has written everything.
    func endOutput() { for stream in streams { sinew_process_end_output(stream.descriptor) } }

    /// Drops what has come in. Whether everything that was sent has arrived, or never will.
    mutating func haveArrived() -> Bool {
        for index in streams.indices where !streams[index].hasEnded {
            let input = sinew_process_discard_input(streams[index].descriptor)
            if input == Int32(SINEW_PROCESS_HEARD) { streams[index].wasHeard = true }
            if input == Int32(SINEW_PROCESS_ENDED) { streams[index].hasEnded = true }
        }
        return streams.allSatisfy { stream in
            stream.hasEnded || !stream.wasHeard && sinew_process_unread(stream.descriptor) == 0
        }
    }
}
