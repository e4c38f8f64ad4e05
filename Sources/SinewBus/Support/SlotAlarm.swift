// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import ZeroMQ

/// Calls a function, on a context's thread, for each of many numbers when its time has come.
final class SlotAlarm: Sendable {
    private let deadlines = Locked(Deadlines<Int>())
    private let alarm = Locked<Alarm?>(nil)
    private let action: @Sendable (Int) -> Void

    init(action: @escaping @Sendable (Int) -> Void) { self.action = action }

    /// Begins; before that, nothing fires.
    func start(on context: Context) {
        let alarm = Alarm(context: context) { [weak self] in self?.fire() }
        self.alarm.withLock { $0 = alarm }
    }

    func stop() { alarm.withLock { $0 = nil } }

    /// Has the function called for a number at an instant, or at an earlier one that was asked for before.
    func schedule(_ number: Int, at instant: Instant) {
        deadlines.withLock { deadlines in
            if let due = deadlines[number], due <= instant { return }
            let earliest = deadlines.next
            deadlines.set(number, at: instant)
            if earliest.map({ instant < $0 }) ?? true { arm(instant) }
        }
    }

    /// Under the lock: else an earlier instant could be set before a later one, which would take its place.
    private func arm(_ instant: Instant) {
        let wait = Monotonic.now.duration(to: instant)
        alarm.withLock { $0 }?.set(after: wait)
    }

    private func fire() {
        let now = Monotonic.now
        let due = deadlines.withLock { deadlines -> [Int] in
            var due: [Int] = []
            while let (number, _) = deadlines.popExpired(at: now) { due.append(number) }
            if let next = deadlines.next { arm(next) }
            return due
        }
        for number in due { action(number) }
    }
}
