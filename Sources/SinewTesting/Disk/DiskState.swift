// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// What is on a ``SimulatedDisk``, and what of it lasts.
struct DiskState: Sendable {
    static let sectorBytes = 512

    /// A change of a file that does not last yet.
    enum Change: Sendable {
        case write([UInt8], at: Int)
        case truncate(Int)
    }

    /// A change of names that does not last yet.
    enum NameChange: Sendable {
        case link(String, Int)
        case rename(String, String, Int)
        case unlink(String)

        var path: String {
            switch self {
            case .link(let path, _), .rename(_, let path, _), .unlink(let path): path
            }
        }
    }

    /// The bytes of a file, whatever it is called.
    struct Node: Sendable {
        var current: [UInt8] = []
        var durable: [UInt8] = []
        var pending: [Change] = []
    }

    var nodes: [Int: Node] = [:]
    var names: [String: Int] = [:]
    var locks: [String: Int] = [:]
    /// Rises with each crash: what was open before is of no use.
    var generation = 0
    var changes = 0
    var failures: [Int: FileError.Code] = [:]
    var offAt: Int?
    var isOff = false
    private var durableNames: [String: Int] = [:]
    private var pendingNames: [NameChange] = []
    private var lastNode = 0

    // MARK: Calls

    /// A call that changes nothing.
    func look(_ operation: String, _ path: String) throws(FileError) {
        if isOff { throw FileError(.io, operation, path) }
    }

    /// A call that changes something.
    mutating func change(_ operation: String, _ path: String) throws(FileError) {
        try look(operation, path)
        changes += 1
        if let offAt, changes >= offAt {
            isOff = true
            throw FileError(.io, operation, path)
        }
        guard let code = failures.removeValue(forKey: changes) else { return }
        if code == .noSpace, operation != "write", operation != "create" {
            // It takes none: the next one may.
            failures[changes + 1] = code
        } else {
            throw FileError(code, operation, path)
        }
    }

    // MARK: Names

    mutating func newNode() -> Int {
        lastNode += 1
        nodes[lastNode] = Node()
        return lastNode
    }

    mutating func link(_ path: String, to node: Int) {
        names[path] = node
        pendingNames.append(.link(path, node))
    }

    mutating func rename(_ path: String, to other: String) {
        guard let node = names.removeValue(forKey: path) else { return }
        names[other] = node
        pendingNames.append(.rename(path, other, node))
    }

    mutating func unlink(_ path: String) {
        names[path] = nil
        pendingNames.append(.unlink(path))
    }

    mutating func synchronizeNames(in directory: String) {
        let prefix = directory + "/"
        for change in pendingNames where change.path.hasPrefix(prefix) { apply(change) }
        pendingNames.removeAll { $0.path.hasPrefix(prefix) }
    }

    private mutating func apply(_ change: NameChange) {
        switch change {
        case .link(let path, let node): durableNames[path] = node
        case .rename(let path, let other, let node):
            durableNames[path] = nil
            durableNames[other] = node
        case .unlink(let path): durableNames[path] = nil
        }
    }

    // MARK: Crash

    mutating func crash(_ survival: SimulatedDisk.Survival, _ random: inout SeededRandom) {
        let kept = survival == .prefix ? Int.random(in: 0...pendingNames.count, using: &random) : pendingNames.count
        for change in pendingNames.prefix(kept) {
            switch survival {
            case .nothing: break
            case .everything, .prefix: apply(change)
            case .anything: if Bool.random(using: &random) { apply(change) }
            }
        }
        pendingNames = []
        names = durableNames
        for number in nodes.keys.sorted() { nodes[number]?.crash(survival, &random) }
        let wanted = Set(names.values)
        nodes = nodes.filter { wanted.contains($0.key) }
        locks = [:]
        failures = [:]
        offAt = nil
        isOff = false
        generation += 1
    }
}

extension DiskState.Node {
    mutating func write(_ bytes: [UInt8], at position: Int) {
        Self.write(bytes[...], at: position, to: &current)
        pending.append(.write(bytes, at: position))
    }

    mutating func truncate(to size: Int) {
        if size < current.count { current.removeSubrange(size...) }
        pending.append(.truncate(size))
    }

    mutating func synchronize() {
        // Not all that can be read: what a failed call took for written is not written by this one either.
        for change in pending { apply(change) }
        pending = []
    }

    /// Nothing is written any more because of what has changed so far; the cache still shows it.
    mutating func forgetPending() { pending = [] }

    mutating func crash(_ survival: SimulatedDisk.Survival, _ random: inout SeededRandom) {
        let kept = survival == .prefix ? Int.random(in: 0...pending.count, using: &random) : pending.count
        for (number, change) in pending.enumerated() where number < kept {
            switch survival {
            case .nothing: break
            case .everything: apply(change)
            case .prefix:
                if number == kept - 1 {
                    applyTorn(change, upTo: .random(in: 0...1, using: &random))
                } else {
                    apply(change)
                }
            case .anything: applySectors(of: change, &random)
            }
        }
        pending = []
        current = durable
    }

    private mutating func apply(_ change: DiskState.Change) {
        switch change {
        case .write(let bytes, let position): Self.write(bytes[...], at: position, to: &durable)
        case .truncate(let size): if size < durable.count { durable.removeSubrange(size...) }
        }
    }

    /// The first part of a write, up to the end of a sector.
    private mutating func applyTorn(_ change: DiskState.Change, upTo part: Double) {
        guard case .write(let bytes, let position) = change else { return apply(change) }
        let sector = DiskState.sectorBytes
        let end = (position + Int(Double(bytes.count) * part)) / sector * sector
        guard end > position else { return }
        Self.write(bytes[..<min(bytes.count, end - position)], at: position, to: &durable)
    }

    /// Any sectors of a write, each wholly or not at all.
    private mutating func applySectors(of change: DiskState.Change, _ random: inout SeededRandom) {
        guard case .write(let bytes, let position) = change else {
            if Bool.random(using: &random) { apply(change) }
            return
        }
        let sector = DiskState.sectorBytes
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, (position + start) / sector * sector + sector - position)
            if Bool.random(using: &random) { Self.write(bytes[start..<end], at: position + start, to: &durable) }
            start = end
        }
    }

    /// Writes over bytes and after them; what lies between is zeros.
    private static func write(_ bytes: ArraySlice<UInt8>, at position: Int, to file: inout [UInt8]) {
        if file.count < position { file.append(contentsOf: repeatElement(0, count: position - file.count)) }
        let over = min(bytes.count, file.count - position)
        file.replaceSubrange(position..<(position + over), with: bytes.prefix(over))
        file.append(contentsOf: bytes.dropFirst(over))
    }
}
