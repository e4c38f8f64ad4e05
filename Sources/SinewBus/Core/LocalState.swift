// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import SinewSubjects

/// This node's subscriptions, and which messages each of them gets.
struct LocalState {
    private var routes: RouteTable
    private var subscriptions: ContiguousArray<SubscriptionCore?> = []
    private var freeNumbers: [Int] = []
    private var staged: ContiguousArray<ContiguousArray<QueuedMessage>> = []
    /// How many messages of the last frame each subscription got: as many as there is room made for.
    private var expected: ContiguousArray<Int> = []
    /// The numbers of those who have something staged.
    private var touched: [Int] = []
    private var chance: SplitMix64
    private let maximum: Int
    private(set) var count = 0

    init(seed: UInt64, chance: UInt64, maximum: Int) {
        routes = RouteTable(seed: seed)
        self.chance = SplitMix64(seed: chance)
        self.maximum = maximum
    }

    /// All there are, in the order of their numbers.
    var all: [SubscriptionCore] { subscriptions.compactMap(\.self) }

    mutating func insert(
        _ interest: Interest,
        _ options: SubscriptionOptions,
        isResponder: Bool
    ) throws(BusError) -> SubscriptionCore {
        guard count < maximum else {
            throw BusError(.tooManySubscriptions, "'\(interest)': there are \(count)")
        }
        let number = freeNumbers.last ?? subscriptions.count
        do throws(SubjectError) {
            try routes.insert(interest, for: number)
        } catch {
            throw BusError(.invalidFilter, "\(error)")
        }
        let core = SubscriptionCore(number: number, interest: interest, options: options, isResponder: isResponder)
        if freeNumbers.popLast() != nil {
            subscriptions[number] = core
        } else {
            subscriptions.append(core)
            staged.append([])
            expected.append(0)
        }
        count += 1
        return core
    }

    /// False when it was removed before.
    mutating func remove(_ core: SubscriptionCore) -> Bool {
        guard subscriptions[core.number] === core else { return false }
        routes.remove(core.interest, for: core.number)
        subscriptions[core.number] = nil
        freeNumbers.append(core.number)
        count -= 1
        return true
    }

    /// Whether anybody here wants a subject.
    mutating func wants(_ subject: Span<UInt8>) -> Bool { routes.plan(for: subject).map { !$0.isEmpty } ?? false }

    /// Puts a message where those who get it will find it.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - record: What it was read from.
    ///   - frame: The bytes of its frame.
    /// - Returns: To how many it goes, and to how many of them as a request to be answered; nil when its subject is
    ///   none.
    @inline(__always)
    mutating func stage(
        _ message: QueuedMessage,
        _ record: Record,
        in frame: Span<UInt8>
    ) -> (count: Int, responders: Int)? {
        let subject = record.subject.bytes(in: frame)
        let isPlain = !record.flags.contains(.groupsOnly)
        if isPlain, record.groupCount == 0 {
            let single = routes.single(for: subject)
            if single >= 0 {
                put(message, single)
                return (1, message.isRequest && subscriptions[single]?.isResponder == true ? 1 : 0)
            }
        }
        guard let plan = routes.plan(for: subject) else { return nil }
        var count = 0
        var responders = 0
        if isPlain {
            for number in plan.plain {
                put(message, number)
                if message.isRequest, subscriptions[number]?.isResponder == true { responders += 1 }
            }
            count = plan.plain.count
        }
        if record.groupCount > 0 {
            for group in plan.groups where record.isFor(group.name, in: frame) {
                let number = group.members[Int.random(in: 0..<group.members.count, using: &chance)]
                put(message, number)
                count += 1
                if subscriptions[number]?.isResponder == true { responders += 1 }
            }
        }
        return (count, responders)
    }

    @inline(__always)
    private mutating func put(_ message: QueuedMessage, _ number: Int) {
        if staged[number].isEmpty { expect(number) }
        staged[number].append(message)
    }

    @inline(never)
    private mutating func expect(_ number: Int) {
        touched.append(number)
        staged[number].reserveCapacity(expected[number])
    }

    /// Takes what was staged, in the order of the first message of each.
    mutating func takeStaged() -> [(SubscriptionCore, ContiguousArray<QueuedMessage>)] {
        guard !touched.isEmpty else { return [] }
        var result: [(SubscriptionCore, ContiguousArray<QueuedMessage>)] = []
        result.reserveCapacity(touched.count)
        for number in touched {
            var messages: ContiguousArray<QueuedMessage> = []
            swap(&messages, &staged[number])
            expected[number] = messages.count
            if let core = subscriptions[number] { result.append((core, messages)) }
        }
        touched.removeAll(keepingCapacity: true)
        return result
    }
}
