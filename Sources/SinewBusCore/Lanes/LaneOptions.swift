// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// How messages to a peer are put together into frames, and how many may wait.
///
/// A message leaves at once when nothing waits for the peer and nothing was sent to it for ``idleTime``; else it joins
/// a batch, which leaves when it has ``batchBytes``, ``batchDelay`` after its first message, or when nothing was sent
/// to the peer for ``idleTime``: with the defaults that comes first, so that 50 microseconds is the most and not the
/// rule.
///
/// A batch of ``streamMessages`` or more begins a stream, whose batches may wait for ``streamDelay``: the wake-ups for
/// a frame cost both ends as much as a hundred messages. The stream lasts while messages come at an eighth of the rate
/// at which it began, so that one burst does not delay what follows it.
public struct LaneOptions: Hashable, Sendable {
    /// At how many bytes a batch leaves. 256 KiB.
    public var batchBytes: Int
    /// How long a batch waits for more at most; zero sends every message at once. 50 microseconds.
    public var batchDelay: Duration
    /// How many messages in a batch make a stream. 32.
    public var streamMessages: Int
    /// How long a batch of a stream waits for more at most; never less than ``batchDelay``. 2 milliseconds.
    public var streamDelay: Duration
    /// After how long without anything sent a message leaves at once. 20 microseconds: who waits for an answer before
    /// it goes on is never delayed.
    public var idleTime: Duration
    /// How many bytes may wait to be sent to one peer; what is more waits with its publisher, or is dropped. 8 MiB.
    public var maximumQueuedBytes: Int

    /// The same within the limits that the initializer sees to, whatever was set since.
    var normalized: LaneOptions {
        LaneOptions(
            batchBytes: batchBytes,
            batchDelay: batchDelay,
            streamMessages: streamMessages,
            streamDelay: streamDelay,
            idleTime: idleTime,
            maximumQueuedBytes: maximumQueuedBytes
        )
    }

    /// Makes options; those left out have their defaults.
    ///
    /// - Parameters:
    ///   - batchBytes: At how many bytes a batch leaves.
    ///   - batchDelay: How long a batch waits for more at most.
    ///   - streamMessages: How many messages in a batch make a stream.
    ///   - streamDelay: How long a batch of a stream waits for more at most.
    ///   - idleTime: After how long without anything sent a message leaves at once.
    ///   - maximumQueuedBytes: How many bytes may wait to be sent to one peer.
    public init(
        batchBytes: Int = 256 << 10,
        batchDelay: Duration = .microseconds(50),
        streamMessages: Int = 32,
        streamDelay: Duration = .milliseconds(2),
        idleTime: Duration = .microseconds(20),
        maximumQueuedBytes: Int = 8 << 20
    ) {
        self.batchBytes = max(1, batchBytes)
        self.batchDelay = max(.zero, batchDelay)
        self.streamMessages = max(1, streamMessages)
        self.streamDelay = max(self.batchDelay, streamDelay)
        self.idleTime = max(.zero, idleTime)
        self.maximumQueuedBytes = max(1, maximumQueuedBytes)
    }
}
