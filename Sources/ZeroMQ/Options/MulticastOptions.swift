// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// How a publisher or subscriber uses multicast transports (`pgm`, `epgm`, `norm`), where libzmq was built with them:
/// see ``Capability``.
public struct MulticastOptions: Sendable, Hashable {
    /// The highest rate of sending, in kilobits a second; 1 or more. Default 100, as libzmq's `ZMQ_RATE`.
    public var kilobitsPerSecond: Int
    /// For how long lost packets can be asked for again, which needs a buffer of rate times time. Default 10 s, as
    /// libzmq's `ZMQ_RECOVERY_IVL`.
    public var recoveryTime: Duration
    /// How many routers a packet may pass, 1 to 255; 1 is the local network. Default 1, as libzmq's
    /// `ZMQ_MULTICAST_HOPS`.
    public var hops: Int
    /// The largest packet in bytes, 1 to 65 535. Default 1500, as libzmq's `ZMQ_MULTICAST_MAXTPDU`.
    public var maximumPacketBytes: Int

    /// libzmq's defaults, or others.
    public init(
        kilobitsPerSecond: Int = 100,
        recoveryTime: Duration = .seconds(10),
        hops: Int = 1,
        maximumPacketBytes: Int = 1500
    ) {
        self.kilobitsPerSecond = kilobitsPerSecond
        self.recoveryTime = recoveryTime
        self.hops = hops
        self.maximumPacketBytes = maximumPacketBytes
    }

    func apply(to writer: OptionWriter) throws(ZMQError) {
        try writer.set(ZMQ_RATE, "multicast.kilobitsPerSecond", kilobitsPerSecond, in: 1...Int32.max)
        try writer.set(ZMQ_RECOVERY_IVL, "multicast.recoveryTime", time: recoveryTime)
        try writer.set(ZMQ_MULTICAST_HOPS, "multicast.hops", hops, in: 1...255)
        try writer.set(ZMQ_MULTICAST_MAXTPDU, "multicast.maximumPacketBytes", maximumPacketBytes, in: 1...65_535)
    }
}
