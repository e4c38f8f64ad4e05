// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore

/// An outbound lane as an object, whose methods can be called within an expectation.
final class LaneBench {
    var lane: OutboundLane
    private var link: UInt32 = 0

    init(_ options: LaneOptions = LaneOptions(), frame: Int = 1000, window: Int = 10_000) {
        lane = OutboundLane(to: Incarnation(rawValue: 7), options: options)
        up(frame: frame, window: window)
    }

    @discardableResult
    func up(received: UInt64? = nil, frame: Int = 1000, window: Int = 10_000) -> LaneResolution? {
        link += 1
        return lane.linkUp(
            link,
            maximumFrameBytes: UInt64(frame),
            windowBytes: UInt64(window),
            received: received
        )
    }

    func down() -> LaneLoss { lane.linkDown() }

    /// A record of so many bytes; `written` if that is another number.
    @discardableResult
    func add(_ size: Int, at time: Int64 = 0, written: Int? = nil) -> OutboundLane.Appended {
        lane.append(size: size, at: Instant(nanoseconds: time)) { $0 += [UInt8](repeating: 2, count: written ?? size) }
    }

    /// The next frame: its first number, how many messages it has, and its size.
    @discardableResult
    func take(at time: Int64 = 0, force: Bool = false) -> [Int]? {
        guard let frame = lane.takeFrame(at: Instant(nanoseconds: time), force: force) else { return nil }
        // The records are none, so that only the head can be read.
        let numbers = [10..<18, 18..<22].map { range in frame[range].reduce(0) { $0 << 8 | Int($1) } }
        return numbers + [frame.count]
    }

    /// Adds and takes a message of three bytes, so many times.
    func send(_ count: Int = 1) {
        for _ in 0..<count {
            add(3)
            take(force: true)
        }
    }

    func told(_ received: UInt64, _ granted: UInt64, link: UInt32? = nil) -> Bool {
        lane.told(LanePosition(link: link ?? self.link, received: received, granted: granted))
    }
}
