// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import Synchronization

/// A ``SubjectIndex`` that any number of threads may search while others change it.
///
/// Readers never wait: not for a lock, not for a writer, whatever it is doing or if it has stopped in the middle of an
/// update. They see the index as it was before an update or after it, never in between. Writers take turns, and wait
/// for the searches under way: nanoseconds, or until the system goes on with a thread that it stopped in a search. They
/// wait busily: do not make changes on a thread whose priority keeps those that search from running.
///
/// ```swift
/// let index = ConcurrentSubjectIndex<Peer>()
/// let entry = try index.insert(peer, for: "orders.>")  // any thread
/// var matches = SubjectMatches<Peer>()  // one for each thread that searches
/// index.match("orders.us.new", into: &matches)
/// ```
///
/// There are two copies of everything, so that it takes twice the memory of an index, and a change twice the time. A
/// search costs two atomic additions more. Values are copied into the caller's memory, so that no code of theirs runs
/// during a search; those removed are released by the caller of ``remove(_:)``.
///
/// Source: Ramalhete and Correia, *Left-Right: A Concurrency Control Technique with Wait-Free Population Oblivious
/// Reads*, 2015. One copy with epochs would save the memory, but each node and table that a change replaces would have
/// to be kept until readers have gone, where this needs one rule only.
@safe
public final class ConcurrentSubjectIndex<Value: Sendable>: @unchecked Sendable {
    // Unchecked for the pointers, which nobody else has. What they point to is changed by the one who holds the lock,
    // and only on the side that readers are not sent to, after those who were sent there before have left: see
    // `change(_:)`. Everything else is atomic or constant.

    @usableFromInline let left: UnsafeMutablePointer<IndexBody<Value>>
    @usableFromInline let right: UnsafeMutablePointer<IndexBody<Value>>
    /// The side that readers are sent to: 0 is the left one.
    @usableFromInline let side = Atomic<Int>(0)
    /// Which of the two counts readers who come now are in.
    @usableFromInline let epoch = Atomic<Int>(0)
    @usableFromInline let evenReaders = ReaderCount()
    @usableFromInline let oddReaders = ReaderCount()
    @usableFromInline let writer = Mutex<Void>(())
    /// What it takes in at most.
    public let limits: SubjectIndexLimits
    /// How many changes there were. Also hands what a writer did to the next one: that the lock does so, too, is
    /// something ThreadSanitizer does not see.
    @usableFromInline let changes = Atomic<Int>(0)
    /// How often a writer began to wait for a reader.
    @usableFromInline let waits = Atomic<Int>(0)
    @usableFromInline let hook: (@Sendable (UpdatePoint) -> Void)?

    /// Makes an empty index.
    ///
    /// - Parameters:
    ///   - limits: What it takes in at most.
    ///   - seed: What tokens are hashed with; see ``SubjectIndex/init(limits:seed:)``.
    public convenience init(limits: SubjectIndexLimits = SubjectIndexLimits(), seed: UInt64 = 0) {
        self.init(limits: limits, seed: seed, hook: nil)
    }

    /// For tests: with a function that is called at each point of a change, by the thread that makes it.
    /// With another bound of how far an edge may be from its place, too.
    package init(
        limits: SubjectIndexLimits,
        seed: UInt64,
        maximumProbe: Int? = nil,
        hook: (@Sendable (UpdatePoint) -> Void)?
    ) {
        let probe = maximumProbe ?? SubjectTrie.maximumProbe
        self.limits = limits
        unsafe left = UnsafeMutablePointer<IndexBody<Value>>.allocate(capacity: 1)
        unsafe left.initialize(to: IndexBody(limits: limits, seed: seed, maximumProbe: probe))
        unsafe right = UnsafeMutablePointer<IndexBody<Value>>.allocate(capacity: 1)
        unsafe right.initialize(to: IndexBody(limits: limits, seed: seed, maximumProbe: probe))
        self.hook = hook
    }

    deinit {
        unsafe left.deinitialize(count: 1)
        unsafe left.deallocate()
        unsafe right.deinitialize(count: 1)
        unsafe right.deallocate()
    }

    /// Where a change can be stopped, for tests.
    @usableFromInline
    package enum UpdatePoint: Sendable, CaseIterable {
        /// The lock is held, nothing has changed.
        case begun
        /// The side without readers has changed.
        case changed
        /// Readers are sent to it.
        case published
        /// The last reader has left the other side.
        case deserted
        /// Both sides have changed; the lock is still held.
        case repeated
    }
}

extension ConcurrentSubjectIndex {
    /// Runs a search on the side that is not being changed.
    @inlinable @inline(__always)
    func read<Result>(_ search: (borrowing IndexBody<Value>) -> Result) -> Result {
        let place = ReaderCount.place
        let isOdd = epoch.load(ordering: .sequentiallyConsistent) != 0
        // To be counted comes first, the choice of the side after it: a writer that has seen this count at zero has
        // sent readers to the other side before.
        if isOdd { oddReaders.arrive(at: place) } else { evenReaders.arrive(at: place) }
        let isRight = side.load(ordering: .sequentiallyConsistent) != 0
        let body = unsafe isRight ? right : left
        let result = unsafe search(body.pointee)
        if isOdd { oddReaders.leave(place) } else { evenReaders.leave(place) }
        return result
    }

    /// Makes a change on the side without readers, sends readers there, and makes it on the other when they have left
    /// it.
    ///
    /// Both sides have been through the same changes in the same order, so the second time gives the same result.
    @inlinable
    func change<Result: Sendable>(
        _ body: (inout IndexBody<Value>) throws(SubjectError) -> Result
    ) throws(SubjectError) -> Result {
        try writer.withLock { _ throws(SubjectError) in
            let changesBefore = changes.load(ordering: .acquiring)
            let isRight = side.load(ordering: .sequentiallyConsistent) != 0
            let (hidden, visible) = unsafe isRight ? (left, right) : (right, left)
            hook?(.begun)
            let result: Result
            do throws(SubjectError) {
                result = try unsafe body(&hidden.pointee)
            } catch {
                // It has the entries that it had, but the vain search for a place may have left other nodes free and
                // another table than the other side has, which could then take in what this one refuses.
                if error.code == .crowded { unsafe hidden.pointee = IndexBody(copying: visible.pointee) }
                throw error
            }
            hook?(.changed)
            side.store(isRight ? 0 : 1, ordering: .sequentiallyConsistent)
            hook?(.published)
            waitForReaders()
            hook?(.deserted)
            do throws(SubjectError) {
                _ = try unsafe body(&visible.pointee)
            } catch {
                preconditionFailure("the sides of an index differ")
            }
            hook?(.repeated)
            changes.store(changesBefore &+ 1, ordering: .releasing)
            return result
        }
    }

    /// Returns when all readers that may be on the side which was just left have gone. Others come meanwhile, and are
    /// not waited for: they are in the other count.
    @usableFromInline
    func waitForReaders() {
        let isOdd = epoch.load(ordering: .sequentiallyConsistent) != 0
        // Whoever looked at the epoch before the change before, and has not been counted until now.
        if isOdd { evenReaders.waitUntilEmpty(counting: waits) } else { oddReaders.waitUntilEmpty(counting: waits) }
        epoch.store(isOdd ? 0 : 1, ordering: .sequentiallyConsistent)
        if isOdd { oddReaders.waitUntilEmpty(counting: waits) } else { evenReaders.waitUntilEmpty(counting: waits) }
    }
}
