// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How large messages and their parts can be.
public struct MembershipLimits: Hashable, Sendable {
    /// The largest size of an encoded message in bytes.
    public let messageBytes: Int

    /// The limits for messages of a size.
    ///
    /// - Parameter messageBytes: The largest size of an encoded message; at least 8 KiB counts, in which one record
    ///   always fits.
    public init(messageBytes: Int = 8192) { self.messageBytes = max(8192, messageBytes) }

    init(_ options: MembershipOptions) { self.init(messageBytes: options.maximumMessageBytes) }

    /// What is kept for the head of a message and the counts in it.
    static let headBytes = 64

    /// An entry of a digest: a name, an incarnation, and a version.
    var digestEntries: Int { (messageBytes - Self.headBytes) / (16 + 8 + 10) }

    /// What is left for records.
    var recordBytes: Int { messageBytes - Self.headBytes }

    /// The largest number of records in a message: none is smaller than this.
    var records: Int { recordBytes / GossipRecord.minimumEncodedBytes }
}

extension GossipRecord {
    /// A name, an incarnation, five numbers and two counts of at least a byte.
    static let minimumEncodedBytes = 16 + 8 + 7

    /// What it takes at most when it is encoded, its numbers being as large as they can be.
    var maximumEncodedBytes: Int {
        let content = record.content
        let endpoints = content.endpoints.reduce(0) { $0 + $1.utf8.count + 2 }
        let attributes = content.attributes.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
        return 16 + 8 + 5 * 10 + 2 + endpoints + attributes
    }
}
