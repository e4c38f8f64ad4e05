// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a service tells the one who started it: one line of its standard output, written at once, so that what was
/// written stands even when the service is killed.
enum Word: Hashable, Sendable {
    /// Where the first node of the cluster is.
    case endpoint(String)
    /// It is linked with everybody, and what it subscribed to is known to all: its process, as others name it.
    case ready(process: String)
    /// An order was published, with a copy for each of those.
    case placed(order: Int, copies: [Copy])
    /// Everything up to this order was published.
    case published(order: Int)
    /// An order was taken in, with this number: shipped, or heard by the audit.
    case taken(order: Int, sequence: UInt64)
    /// What the bus has told about messages to a process.
    case range(RangeKind, process: String, ClosedRange<UInt64>)
    /// Something that must not happen; in words.
    case trouble(String)
    /// Everything was said.
    case done

    /// A copy of an order: to whom it went, and under which number.
    struct Copy: Hashable, Sendable {
        let process: String
        let sequence: UInt64
    }

    /// What can be told about a range.
    enum RangeKind: String, Hashable, Sendable, CaseIterable {
        /// Not sent.
        case dropped
        /// Sent, and not known to have arrived.
        case inDoubt
        /// It was in doubt, and has arrived.
        case delivered
        /// It was in doubt, and has not arrived.
        case lost
    }
}

extension Word {
    /// The line, without its newline.
    var line: String {
        switch self {
        case .endpoint(let text): "endpoint \(text)"
        case .ready(let process): "ready \(process)"
        case .placed(let order, let copies):
            (["placed", "\(order)"] + copies.map { "\($0.process):\($0.sequence)" }).joined(separator: " ")
        case .published(let order): "published \(order)"
        case .taken(let order, let sequence): "taken \(order) \(sequence)"
        case .range(let kind, let process, let range):
            "range \(kind.rawValue) \(process) \(range.lowerBound) \(range.upperBound)"
        case .trouble(let text): "trouble \(text)"
        case .done: "done"
        }
    }

    /// Reads a line; nil when it is none of these.
    init?(_ line: String) {
        let parts = line.split(separator: Character(" "), omittingEmptySubsequences: false).map { String($0) }
        switch (parts[0], parts.count) {
        case ("endpoint", 2): self = .endpoint(parts[1])
        case ("ready", 2): self = .ready(process: parts[1])
        case ("placed", 2...):
            let copies = parts.dropFirst(2).compactMap { Copy($0) }
            guard let order = Int(parts[1]), copies.count == parts.count - 2 else { return nil }
            self = .placed(order: order, copies: copies)
        case ("published", 2):
            guard let order = Int(parts[1]) else { return nil }
            self = .published(order: order)
        case ("taken", 3):
            guard let order = Int(parts[1]), let sequence = UInt64(parts[2]) else { return nil }
            self = .taken(order: order, sequence: sequence)
        case ("range", 5):
            guard let kind = RangeKind(rawValue: parts[1]), let first = UInt64(parts[3]), let last = UInt64(parts[4]),
                first <= last
            else { return nil }
            self = .range(kind, process: parts[2], first...last)
        case ("trouble", 2...): self = .trouble(parts.dropFirst().joined(separator: " "))
        case ("done", 1): self = .done
        default: return nil
        }
    }
}

extension Word.Copy {
    /// Reads `PROCESS:NUMBER`.
    init?(_ text: String) {
        let parts = text.split(separator: Character(":"), omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = UInt64(parts[1]) else { return nil }
        self.init(process: String(parts[0]), sequence: sequence)
    }
}
