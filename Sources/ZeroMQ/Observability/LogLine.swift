// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import Logging

/// Something to tell the user's logger.
package struct LogLine: Sendable {
    let level: Logger.Level
    let message: String
    var metadata: Logger.Metadata

    package init(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata) {
        self.level = level
        self.message = message
        self.metadata = metadata
    }

    /// Something went wrong for the `count`-th time, and `growth` times since it was last told: a line of level info
    /// each time the number has doubled, and of level debug otherwise, so that what happens often does not fill the
    /// log.
    ///
    /// - Parameter key: What the number is called.
    package init(
        problem message: String,
        count: UInt64,
        growth: UInt64 = 1,
        as key: String = "zmq.count",
        _ metadata: Logger.Metadata
    ) {
        self.init(count.hasDoubled(since: count - growth) ? .info : .debug, message, metadata)
        self.metadata[key] = "\(count)"
    }

    func write(to logger: Logger, from source: String) {
        logger.log(level: level, "\(message)", metadata: metadata, source: source)
    }
}

extension UInt64 {
    /// Whether a number that has grown from `old` has reached the next one of 1, 2, 4, 8 and so on.
    func hasDoubled(since old: UInt64) -> Bool { leadingZeroBitCount < old.leadingZeroBitCount }
}

extension Logger.MetadataValue {
    /// Text that comes from a peer or from the user's code: at most 1000 characters, and none that would break a line.
    package static func foreign(_ text: String) -> Logger.MetadataValue {
        var safe = ""
        for scalar in text.unicodeScalars.prefix(1000) {
            let isControl =
                scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar.value == 0x2028
                || scalar.value == 0x2029
            safe += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
        return .string(safe)
    }
}
