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

    /// The value of a key. Setting nil removes it.
    subscript(key: Key) -> Value? {
        get { places[key].flatMap { slots[$0]?.value } }
        set {
            guard let newValue else {
                remove(key)
                return
            }
            if let place = places[key] {
                slots[place] = Slot(key: key, value: newValue)
            } else if let place = free.popLast() {
                slots[place] = Slot(key: key, value: newValue)
                places[key] = place
            } else {
                places[key] = slots.count
                slots.append(Slot(key: key, value: newValue))
            }
        }
    }

    /// Changes the value of a key where it is; nil, and nothing done, where it has none.
    mutating func update<Result>(_ key: Key, _ change: (inout Value) -> Result) -> Result? {
        guard let place = places[key] else { return nil }
        guard var slot = slots[place] else { return nil }
        // Not in two places while it is changed, so that its arrays are not copied.
        slots[place] = nil
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
