// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Values by numbers that are given out here: a number says where its value is, so that nothing is hashed.
///
/// The low bits of a number are a place, and the high ones say how often that place has been used. A number is never
/// given out again, and no number is 0: with 20 bits for the place, one place has 2^44 numbers.
struct NumberedSlots<Value: Sendable>: Sendable {
    struct Slot: Sendable {
        /// The last number that was given out for this place.
        var number: UInt64
        var value: Value?
    }

    private(set) var slots: ContiguousArray<Slot> = []
    private var free: [Int] = []
    private let placeBits: Int

    /// No values.
    ///
    /// - Parameter capacity: The most values there are at one time; whoever inserts sees to that.
    init(capacity: Int) {
        placeBits = Int.bitWidth - (max(2, capacity) - 1).leadingZeroBitCount
    }

    var count: Int { slots.count - free.count }

    /// The number that ``insert(_:)`` gives out next.
    var nextNumber: UInt64 {
        guard let place = free.last else { return 1 << placeBits | UInt64(slots.count) }
        return slots[place].number &+ 1 << placeBits
    }

    /// Takes a value in, and says by which number it can be had.
    mutating func insert(_ value: Value) -> UInt64 {
        let number = nextNumber
        if let place = free.popLast() {
            slots[place] = Slot(number: number, value: value)
        } else {
            slots.append(Slot(number: number, value: value))
        }
        return number
    }

    /// The value of a number.
    subscript(number: UInt64) -> Value? { index(of: number).flatMap { slots[$0].value } }

    /// Whether a value had the number once.
    func isPast(_ number: UInt64) -> Bool {
        let place = place(of: number)
        guard place < slots.count, number >> placeBits > 0 else { return false }
        return number < slots[place].number || (number == slots[place].number && slots[place].value == nil)
    }

    /// Changes the value of a number where it is; nil, and nothing done, where it has none.
    mutating func update<Result>(_ number: UInt64, _ change: (inout Value) -> Result) -> Result? {
        guard let index = index(of: number), var value = slots[index].value.take() else { return nil }
        // Not in two places while it is changed, so that its arrays are not copied.
        defer { slots[index].value = value }
        return change(&value)
    }

    @discardableResult
    mutating func remove(_ number: UInt64) -> Value? {
        guard let index = index(of: number), let value = slots[index].value.take() else { return nil }
        free.append(index)
        return value
    }

    /// The numbers of the values that a condition holds for, in ascending order.
    func numbers(where condition: (Value) -> Bool) -> [UInt64] {
        slots.filter { $0.value.map(condition) ?? false }.map(\.number).sorted()
    }

    /// Where the value of a number is, if it has one: below the capacity, and no other value is there.
    func place(of number: UInt64) -> Int { Int(truncatingIfNeeded: number & (1 << placeBits - 1)) }

    private func index(of number: UInt64) -> Int? {
        let place = place(of: number)
        return place < slots.count && slots[place].number == number ? place : nil
    }
}
