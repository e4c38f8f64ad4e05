// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import DequeModule
import SinewBusCore
import SinewCore
import ZeroMQ

/// The control machine, and what it wants done, in order.
struct ControlState {
    var machine: BusControl
    var alarm: Alarm?
    private var actions = Actions<BusControlAction>()
    private var pending: Deque<BusControlAction> = []
    private var isPerforming = false
    private var armedFor: Instant?

    init(
        cluster: String,
        name: String,
        id: NodeID,
        incarnation: Incarnation,
        endpoints: [String],
        options: BusOptions,
        seed: UInt64
    ) throws(BusError) {
        do throws(BusControlError) {
            machine = try BusControl(
                cluster: cluster,
                name: name,
                id: id,
                incarnation: incarnation,
                endpoints: endpoints,
                options: options,
                randomSeed: seed,
                at: Monotonic.now
            )
        } catch {
            let isName = error.code == .invalidCluster || error.code == .invalidName
            throw BusError(isName ? .invalidName : .configuration, "\(error)")
        }
    }

    /// Takes an event in; whether the caller has to perform what follows.
    mutating func step(_ event: BusControlEvent) -> Bool {
        if case .tick = event { armedFor = nil }
        var actions = Actions<BusControlAction>()
        swap(&actions, &self.actions)
        machine.step(event, at: Monotonic.now, into: &actions)
        actions.drain { pending.append($0) }
        swap(&actions, &self.actions)
        arm()
        guard !isPerforming, !pending.isEmpty else { return false }
        isPerforming = true
        return true
    }

    /// Whether actions have not been performed yet.
    var isBusy: Bool { isPerforming || !pending.isEmpty }

    /// The next action for the one who performs; nil when there is none, and he does not perform any longer.
    mutating func next() -> BusControlAction? {
        if let action = pending.popFirst() { return action }
        isPerforming = false
        return nil
    }

    /// Has the next tick come in time.
    private mutating func arm() {
        guard let deadline = machine.nextDeadline, armedFor.map({ deadline < $0 }) ?? true else { return }
        armedFor = deadline
        alarm?.set(after: Monotonic.now.duration(to: deadline))
    }
}

extension NodeCore {
    /// Tells the control machine of an event, and performs what follows.
    func step(_ event: BusControlEvent) {
        guard control.withLock({ $0.step(event) }) else { return }
        while let action = control.withLock({ $0.next() }) { perform(action) }
    }
}
