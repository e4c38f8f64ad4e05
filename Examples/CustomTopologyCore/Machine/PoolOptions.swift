// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

package import SinewCore

/// How long a node waits for what, and how much it holds.
package struct PoolOptions: Hashable, Sendable {
    /// Between two questions of an idle node, while the answers are no.
    package var asking = Backoff.Options(base: .milliseconds(10), cap: .milliseconds(200), smallest: .milliseconds(1))
    /// Between two attempts to hand over a task, or a result.
    package var retrying = Backoff.Options(base: .milliseconds(50), cap: .seconds(1), smallest: .milliseconds(5))
    /// After so many attempts a task goes back into the queue, and a result is given up.
    package var maximumAttempts = 5
    /// How long another node may take for a task before it goes back into the queue.
    package var lease = Duration.seconds(5)
    /// The most tasks of our own that are not finished; more are refused.
    package var maximumTasks = 10_000
    /// The most tasks of others that wait here; more are declined.
    package var maximumStolen = 4
    /// The most results that wait to be counted; a node with that many asks for nothing.
    package var maximumResults = 64

    package init() {}
}

/// What a node has seen; nothing is dropped without being in one of these.
package struct PoolCounts: Hashable, Sendable {
    /// Tasks of our own whose result is there.
    package var finished = 0
    /// Tasks that were run here, ours and others'.
    package var ran = 0
    /// Tasks that came from others and are run, or to be run, here.
    package var stolen = 0
    /// Tasks that came back into the queue, as nobody acknowledged them or sent a result in time.
    package var returned = 0
    /// Results that were there before: the task ran twice.
    package var repeated = 0
    /// Tasks that were submitted and refused.
    package var refused = 0
    /// Tasks of others that were declined.
    package var declined = 0
    /// Results that their owner did not count in time; it gets the task done again.
    package var abandoned = 0
    /// Messages that are late, from strangers, or about what is not ours.
    package var ignored = 0

    package init() {}
}
