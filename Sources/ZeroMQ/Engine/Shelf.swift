// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The part of a socket's inbox from which calls take without the socket's lock: the lock would cost more than
/// everything else that such a call does.
///
/// It is filled and cleared under the lock, and taken from by anybody at any time. One word says which messages are
/// there; the call that counts one off owns it, and with it one of the stocked references to the slab.
@safe
struct Shelf: ~Copyable, @unchecked Sendable {
    // `@unchecked` because of the slab: its elements do not change once they are here (see FrameSlab).

    /// What is there, as one word that is compared and exchanged.
    private struct Contents: AtomicRepresentable, Equatable {
        /// Differs from filling to filling, so that a call which was held up cannot mistake a new one for what it saw.
        var generation: UInt32 = 0
        var next: UInt16 = 0
        var count: UInt16 = 0

        init(_ word: UInt64) {
            generation = UInt32(truncatingIfNeeded: word >> 32)
            next = UInt16(truncatingIfNeeded: word >> 16)
            count = UInt16(truncatingIfNeeded: word)
        }

        /// The number of the next message: greater than that of all before.
        var number: UInt64 { UInt64(generation) << 16 | UInt64(next) }

        var word: UInt64 { UInt64(generation) << 32 | UInt64(next) << 16 | UInt64(count) }

        static func encodeAtomicRepresentation(_ value: Contents) -> UInt64.AtomicRepresentation {
            UInt64.encodeAtomicRepresentation(value.word)
        }

        static func decodeAtomicRepresentation(_ representation: consuming UInt64.AtomicRepresentation) -> Contents {
            Contents(UInt64.decodeAtomicRepresentation(representation))
        }
    }

    private let contents = Atomic<Contents>(Contents(0))
    /// Written before `contents` says that there is something, and kept until it says that there is nothing.
    private let slab = unsafe Atomic<Unmanaged<FrameSlab>?>(nil)

    deinit { _ = clear() }

    /// How many messages there are at this moment.
    var count: Int { Int(contents.load(ordering: .acquiring).count) }

    /// How often it has been filled, modulo 2^32.
    var generation: UInt32 { contents.load(ordering: .acquiring).generation }

    /// The next message; nil when there is none, or when whoever takes it has to look for cancellation first. That is
    /// so for a sixteenth of the messages, and not of each task's calls: a task cannot miss all of them.
    @inline(__always)
    borrowing func take() -> Message? { take { !Sixteenth.contains($0.number) } }

    /// The next message; nil when there is none. Under the socket's lock, by a call that has looked.
    borrowing func takeAny() -> Message? { take { _ in true } }

    @inline(__always)
    private borrowing func take(if isFree: (Contents) -> Bool) -> Message? {
        var seen = contents.load(ordering: .acquiring)
        while seen.count > 0, isFree(seen) {
            let slab = unsafe slab.load(ordering: .relaxed)
            var rest = seen
            rest.next &+= 1
            rest.count &-= 1
            // Releasing: who fills the shelf next must do so after the slab was read here.
            let (isMine, current) = contents.weakCompareExchange(
                expected: seen,
                desired: rest,
                successOrdering: .acquiringAndReleasing,
                failureOrdering: .acquiring
            )
            if isMine, let slab = unsafe slab {
                return unsafe Message(slab: slab.takeRetainedValue(), index: Int(seen.next))
            }
            seen = current
        }
        return nil
    }

    /// Lays out messages of one frame each; the shelf must be empty. Under the socket's lock.
    borrowing func fill(with stock: consuming SlabStock) {
        let before = contents.load(ordering: .acquiring)
        precondition(before.count == 0, "what is on a shelf would be lost")
        var now = before
        now.generation &+= 1
        (now.next, now.count) = (UInt16(stock.next), UInt16(stock.count))
        unsafe slab.store(stock.giveUpReferences(), ordering: .relaxed)
        contents.store(now, ordering: .releasing)
    }

    /// Takes everything that is left. Under the socket's lock, or when nobody else is left.
    borrowing func clear() -> SlabStock {
        var seen = contents.load(ordering: .acquiring)
        while seen.count > 0 {
            var nothing = seen
            nothing.count = 0
            let (isDone, current) = contents.weakCompareExchange(
                expected: seen,
                desired: nothing,
                ordering: .acquiringAndReleasing
            )
            if isDone {
                let slab = unsafe slab.load(ordering: .relaxed)
                return unsafe SlabStock(owning: slab, from: Int(seen.next), count: Int(seen.count))
            }
            seen = current
        }
        return SlabStock()
    }
}
