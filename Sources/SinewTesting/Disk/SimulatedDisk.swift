// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// A disk that keeps no more than it has to: what was not synchronised may be lost when the power fails, in pieces and
/// in any order.
///
/// It is the file system that a log has to survive: a write or a truncation lasts when its file was synchronised, a
/// name when its directory was. ``crash(keeping:using:)`` chooses what is left of everything else. A call can be told
/// to fail; a synchronisation that fails leaves the file as if it had succeeded, except that nothing lasts, as ext4,
/// XFS and Btrfs have it (Rebello et al., ATC 2020).
///
/// ```swift
/// let disk = SimulatedDisk()
/// try work(on: disk)
/// disk.crash(keeping: .anything, using: &random)
/// try recover(on: disk)
/// ```
public final class SimulatedDisk: FileSystem {
    let state = Locked(DiskState())

    /// An empty disk.
    public init() {}

    /// How many calls were made that change something, or want something to last. What they are counted for is failing
    /// at one of them: see ``fail(at:with:)``.
    public var changes: Int { state.withLock { $0.changes } }

    /// Has a call fail.
    ///
    /// - Parameters:
    ///   - change: Which, counted as ``changes`` is; the next is `changes + 1`.
    ///   - code: With what. `noSpace` is for the first call from then on that takes space, and fails a write after a
    ///     part of it.
    public func fail(at change: Int, with code: FileError.Code) { state.withLock { $0.failures[change] = code } }

    /// Turns the power off before a call: it and all later ones fail, until ``crash(keeping:using:)``.
    ///
    /// - Parameter change: Which, counted as ``changes`` is; the next is `changes + 1`.
    public func turnOff(at change: Int) { state.withLock { $0.offAt = change } }

    /// Whether the power is off.
    public var isOff: Bool { state.withLock { $0.isOff } }

    /// What is left of writes that were not synchronised.
    public enum Survival: Hashable, Sendable, CaseIterable {
        /// Nothing.
        case nothing
        /// Everything: the process died, and not the machine.
        case everything
        /// The first ones, the last of them torn.
        case prefix
        /// Any sectors of 512 bytes of any of them, whatever came first.
        case anything
    }

    /// The power fails, and comes back. Files that were open are of no use any more.
    ///
    /// - Parameters:
    ///   - survival: What is left of what was not synchronised.
    ///   - random: What chooses.
    public func crash(keeping survival: Survival, using random: inout SeededRandom) {
        state.withLock { $0.crash(survival, &random) }
    }

    /// The bytes of a file as a reader sees them; nil when there is none.
    ///
    /// - Parameter path: The file.
    public func bytes(of path: String) -> [UInt8]? {
        state.withLock { state in state.names[path].map { state.nodes[$0]?.current ?? [] } }
    }

    /// Puts bytes in the place of a file's, as damage does: they last.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - path: The file.
    public func overwrite(_ path: String, with bytes: [UInt8]) {
        state.withLock { state in
            guard let node = state.names[path] else { return }
            state.nodes[node] = DiskState.Node(current: bytes, durable: bytes)
        }
    }
}

// MARK: FileSystem

extension SimulatedDisk {
    /// Makes a directory, which lasts at once.
    public func createDirectory(_ path: String) throws(FileError) {}

    /// What is in a directory, in order.
    public func names(in directory: String) throws(FileError) -> [String] {
        try state.withLock { state throws(FileError) in
            try state.look("list", directory)
            let prefix = directory + "/"
            return state.names.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
                .filter { !$0.contains("/") }.sorted()
        }
    }

    /// Opens a file; a new one's name lasts when its directory was synchronised.
    public func open(_ path: String, for access: FileAccess) throws(FileError) -> any OpenFile {
        try state.withLock { state throws(FileError) in
            if access == .creating {
                guard state.names[path] == nil else { throw FileError(.exists, "create", path) }
                try state.change("create", path)
                state.link(path, to: state.newNode())
            } else {
                try state.look("open", path)
            }
            guard let node = state.names[path] else { throw FileError(.notFound, "open", path) }
            return SimulatedFile(self, node: node, generation: state.generation, path)
        }
    }

    /// Gives a file another name.
    public func rename(_ path: String, to other: String) throws(FileError) {
        try state.withLock { state throws(FileError) in
            guard state.names[path] != nil else { throw FileError(.notFound, "rename", path) }
            try state.change("rename", path)
            state.rename(path, to: other)
        }
    }

    /// Takes a file's name away.
    public func remove(_ path: String) throws(FileError) {
        try state.withLock { state throws(FileError) in
            guard state.names[path] != nil else { throw FileError(.notFound, "remove", path) }
            try state.change("remove", path)
            state.unlink(path)
        }
    }

    /// Has the names in a directory last.
    public func synchronizeDirectory(_ path: String) throws(FileError) {
        try state.withLock { state throws(FileError) in
            try state.change("synchronise", path)
            state.synchronizeNames(in: path)
        }
    }

    /// Takes a lock, which ends with whoever has it and with a crash.
    public func lock(_ path: String) throws(FileError) -> any FileLock {
        try state.withLock { state throws(FileError) in
            guard state.locks[path] == nil else { throw FileError(.locked, "lock", path) }
            state.locks[path] = state.generation
            return SimulatedLock(self, path, generation: state.generation)
        }
    }

    fileprivate func unlock(_ path: String, generation: Int) {
        state.withLock { if $0.locks[path] == generation { $0.locks[path] = nil } }
    }
}

private final class SimulatedLock: FileLock {
    private let disk: SimulatedDisk
    private let path: String
    private let generation: Int

    init(_ disk: SimulatedDisk, _ path: String, generation: Int) {
        self.disk = disk
        self.path = path
        self.generation = generation
    }

    deinit { disk.unlock(path, generation: generation) }
}
