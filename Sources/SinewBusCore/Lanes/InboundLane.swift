// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// The data lane from one process of a peer, as its receiver keeps it: what comes next, what was missed, how much more
/// may come.
///
/// Messages of a link come in order or not at all, so one number says everything. It outlives links: what a frame of
/// the next one leaves out was lost, or dropped by the sender.
public struct InboundLane: Sendable {
    /// What a frame means.
    public enum Taken: Hashable, Sendable {
        /// It is what comes next; what was missed before it is named.
        case next(missed: ClosedRange<UInt64>?)
        /// It repeats what was here, or its numbers are beyond ``InboundLane/maximumNumber``: the sender is wrong.
        case contradiction
        /// More came than was granted: the sender is wrong.
        case flood
    }

    /// The largest number of a message: 2^62, so that how many are in a range of them is always an `Int`.
    public static let maximumNumber: UInt64 = 1 << 62

    /// How many bytes may be on their way.
    public let windowBytes: UInt64
    /// The largest frame that is taken.
    public let maximumFrameBytes: UInt64
    /// The last message that was received, or is known to be missed; nil before the first frame of this process.
    public private(set) var received: UInt64?
    /// The link that stands; nil for none.
    public private(set) var link: UInt32?

    #if PlantedBugs
    package var plantedBug: BusPlantedBug?
    #endif
    private var arrivedBytes: UInt64 = 0
    private var consumedBytes: UInt64 = 0

    /// A lane without a link, of whose sender nothing is known.
    ///
    /// - Parameters:
    ///   - windowBytes: How many bytes may be on their way.
    ///   - maximumFrameBytes: The largest frame that is taken.
    public init(windowBytes: UInt64, maximumFrameBytes: UInt64) {
        self.windowBytes = windowBytes
        self.maximumFrameBytes = maximumFrameBytes
    }

    /// Up to which sum of bytes the sender may send over this link.
    public var granted: UInt64 { consumedBytes + windowBytes }

    /// A link stands: its bytes count from nothing.
    ///
    /// - Parameter number: Which.
    public mutating func linkUp(_ number: UInt32) {
        link = number
        arrivedBytes = 0
        consumedBytes = 0
    }

    /// The link has ended: nothing more is taken from it.
    public mutating func linkDown() { link = nil }

    /// Whether frames of a link are taken: of the one that stands, and of no earlier one whose frames come late.
    ///
    /// - Parameter number: Which.
    public func takes(_ number: UInt32) -> Bool {
        #if PlantedBugs
        if plantedBug == .endedLinkTaken { return link != nil }
        #endif
        return link == number
    }

    /// Looks at a frame that came over the link.
    ///
    /// - Parameters:
    ///   - first: The number of its first message.
    ///   - count: How many messages it has.
    ///   - bytes: Its size.
    /// - Returns: Whether its messages may be delivered, and what is missing before them.
    public mutating func take(first: UInt64, count: UInt32, bytes: Int) -> Taken {
        let size = UInt64(bytes)
        guard size <= maximumFrameBytes, arrivedBytes + size <= granted + maximumFrameBytes else { return .flood }
        let (next, overflow) = first.addingReportingOverflow(UInt64(count))
        guard first > 0, !overflow, next <= Self.maximumNumber, first > received ?? 0 else { return .contradiction }
        arrivedBytes += size
        defer { received = next - 1 }
        // Of a process that is new here, only what follows is ours.
        guard let received, first > received + 1 else { return .next(missed: nil) }
        return .next(missed: received + 1...first - 1)
    }

    /// The messages of frames have found their place, so that as much more may come.
    ///
    /// - Parameter bytes: The size of the frames.
    public mutating func consumed(bytes: Int) { consumedBytes = min(arrivedBytes, consumedBytes + UInt64(bytes)) }
}
