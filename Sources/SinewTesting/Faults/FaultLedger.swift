// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Decides whether a fault that the dice want may happen, and keeps account of those that did.
@usableFromInline
struct FaultLedger: Sendable {
    /// How many occurrences are kept for shrinking; a run with more shrinks as if it had had only these.
    @usableFromInline static let maximumRecorded = 1 << 16

    @usableFromInline var tally = FaultTally()
    /// The only ones that may happen, in order; nil for all.
    @usableFromInline let selection: [FaultOccurrence]?
    @usableFromInline let isRecording: Bool
    @usableFromInline var recorded: [FaultOccurrence] = []
    /// When each of them happened.
    @usableFromInline var recordedTimes: [Int64] = []
    @usableFromInline var unrecorded = 0

    @usableFromInline
    init(selection: [FaultOccurrence]?, isRecording: Bool) {
        self.selection = selection?.sorted()
        self.isRecording = isRecording
    }

    /// Whether the fault happens.
    @usableFromInline
    mutating func admit(_ kind: FaultKinds, from: Int, to: Int, number: UInt64, at time: Int64) -> Bool {
        let occurrence = FaultOccurrence(kind, from: from, to: to, number: number)
        if let selection, !Self.contains(occurrence, in: selection) { return false }
        tally.count(kind)
        if isRecording {
            guard recorded.count < Self.maximumRecorded else {
                unrecorded += 1
                return true
            }
            recorded.append(occurrence)
            recordedTimes.append(time)
        }
        return true
    }

    private static func contains(_ occurrence: FaultOccurrence, in sorted: [FaultOccurrence]) -> Bool {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < occurrence { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == occurrence
    }
}
