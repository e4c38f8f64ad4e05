// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore

/// An outbound lane as one would write it who has never to be fast: lists of numbers and sizes.
struct NaiveOutbound {
    struct Frame {
        var first: UInt64
        var numbers: [UInt64] = []
        var bytes = DataFrameHead.encodedBytes
    }

    let options: LaneOptions
    var maximumFrame = 0
    var window = 0
    var granted = 0
    var sentBytes = 0
    var assigned: UInt64 = 0
    var sent: UInt64 = 0
    var confirmed: UInt64 = 0
    var isUp = false
    var closed: [Frame] = []
    var open: Frame?
    var openedAt: Int64 = 0
    var lastSent = Int64.min / 2
    var hasGap = false
    /// Whether the last batch was so large that more is expected.
    var isStream = false

    private var delay: Int64 {
        if options.batchDelay == .zero { return 0 }
        return (isStream ? options.streamDelay : options.batchDelay).wholeNanoseconds
    }

    var queued: Int { closed.reduce(0) { $0 + $1.bytes } + (open?.bytes ?? 0) }

    mutating func append(_ size: Int, _ now: Int64) -> OutboundLane.Appended {
        if queued > 0, queued + size > options.maximumQueuedBytes { return .full }
        var isDue = false
        if let open, open.bytes + size > maximumFrame {
            close()
            isDue = true
        }
        let isFirst = open == nil
        let wasIdle = closed.isEmpty && now - lastSent >= options.idleTime.wholeNanoseconds
        if isFirst {
            open = Frame(first: assigned + 1)
            openedAt = now
        }
        assigned += 1
        open?.numbers.append(assigned)
        open?.bytes += size
        let count = open?.numbers.count ?? 0
        if open?.bytes ?? 0 >= options.batchBytes {
            close()
            return .due
        }
        if isFirst, wasIdle { isStream = false }
        if isFirst { return isDue || wasIdle || delay == 0 ? .due : .joined }
        // The clock is looked at for each sixteenth only.
        return count % 16 == 1 && now - openedAt >= delay ? .due : .joined
    }

    mutating func drop() {
        close()
        assigned += 1
        hasGap = true
    }

    private mutating func close(age: Int64 = 0) {
        guard let frame = open else { return }
        closed.append(frame)
        // As many as begin a stream, eight times as slow.
        let count = frame.numbers.count
        let slowest = Double(options.batchDelay.wholeNanoseconds * 8) * Double(count) / Double(options.streamMessages)
        isStream = count >= options.streamMessages && Double(age) <= slowest
        open = nil
        hasGap = false
    }

    mutating func take(_ now: Int64, force: Bool) -> Frame? {
        guard isUp else { return nil }
        if closed.isEmpty {
            if open != nil {
                let isIdle = !isStream && now - lastSent >= options.idleTime.wholeNanoseconds
                guard force || now - openedAt >= delay || isIdle else { return nil }
                close(age: now - openedAt)
            } else if hasGap {
                closed.append(Frame(first: assigned + 1))
                hasGap = false
            } else {
                return nil
            }
        }
        let frame = closed[0]
        let isAlone = sentBytes == granted - window
        guard sentBytes + frame.bytes <= granted || isAlone else { return nil }
        closed.removeFirst()
        sentBytes += frame.bytes
        sent = frame.numbers.last ?? frame.first - 1
        lastSent = now
        return frame
    }

    mutating func linkUp(_ window: Int, _ maximumFrame: Int, received: UInt64?) {
        (self.window, granted, sentBytes, self.maximumFrame) = (window, window, 0, maximumFrame)
        hasGap = received.map { $0 < assigned } ?? false
        (sent, confirmed, isUp) = (assigned, assigned, true)
    }

    /// What was sent and is not confirmed, and what waited.
    mutating func linkDown() -> (doubt: [UInt64], dropped: [UInt64]) {
        isUp = false
        let dropped = closed.flatMap(\.numbers) + (open?.numbers ?? [])
        (closed, open, hasGap) = ([], nil, false)
        return (confirmed < sent ? Array(confirmed + 1...sent) : [], dropped)
    }
}
