// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Values by key, in an array whose order depends on nothing but what was done: the order of a dictionary is another in
/// each process. A slot that became free is used again, so that there are never more slots than values at one time.
struct KeyedSlots<Key: Hashable & Comparable & Sendable, Value: Sendable>: Sendable {
    /// Not a tuple, whose copies are made by the runtime, field by field.
    struct Slot: Sendable {
        let key: Key
        var value: Value
    }

    private(set) var slots: [Slot?] = []
    private var free: [Int] = []
    /// Only looked up, never iterated over.
    private var places: [Key: Int] = [:]

    var count: Int { places.count }

    /// Where the value of a key is.
    func place(of key: Key) -> Int? { places[key] }

    /// What is at a place.
    func slot(at place: Int) -> Slot? { place < slots.count ? slots[place] : nil }

    /// The value of a key.
    subscript(key: Key) -> Value? { places[key].flatMap { slots[$0]?.value } }

    /// Takes the value of a key in that has none.
    mutating func insert(_ key: Key, _ value: Value) {
        let slot = Slot(key: key, value: value)
        if let place = free.popLast() {
            slots[place] = slot
            places[key] = place
        } else {
            places[key] = slots.count
            slots.append(slot)
        }
    }

    /// Changes the value of a key, if it is at that place.
    mutating func update<Result>(_ key: Key, at place: Int, _ change: (inout Value) -> Result) -> Result? {
        guard place < slots.count, var slot = slots[place], slot.key == key else { return nil }
        defer { slots[place] = slot }
        return change(&slot.value)
    }

    @discardableResult
    mutating func remove(_ key: Key) -> Value? {
        guard let place = places.removeValue(forKey: key) else { return nil }
        defer { slots[place] = nil }
        free.append(place)
        return slots[place]?.value
    }

    /// The keys of the values that a condition holds for, in their order.
    func keys(where condition: (Key, Value) -> Bool) -> [Key] {
        slots.compactMap { $0 }.filter { condition($0.key, $0.value) }.map(\.key).sorted()
    }
}
