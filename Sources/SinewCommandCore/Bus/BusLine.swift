// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// How a message of the bus looks as a line of output.
package struct BusLine: Sendable, Hashable {
    /// What is shown beside the payload; none of it with `isRaw`.
    package struct Message: Sendable, Hashable {
        /// What the message is about; nil for an answer.
        package var subject: String?
        /// Its bytes.
        package var payload: [UInt8]
        /// The node that it comes from.
        package var node: String
        /// Its number among those from that node to this; nil for an answer.
        package var sequence: UInt64?
        /// What was said beside it.
        package var headers: [Header]

        /// Makes one.
        package init(
            subject: String? = nil,
            payload: [UInt8],
            node: String,
            sequence: UInt64? = nil,
            headers: [Header] = []
        ) {
            self.subject = subject
            self.payload = payload
            self.node = node
            self.sequence = sequence
            self.headers = headers
        }
    }

    /// A header.
    package struct Header: Sendable, Hashable {
        /// What it is called.
        package let name: String
        /// What it says.
        package let value: String

        /// Makes one.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        /// Reads `NAME=VALUE`.
        package init(parsing text: String) throws(ArgumentFault) {
            guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
                throw ArgumentFault("'\(text)' is no header; write NAME=VALUE")
            }
            self.init(String(text[..<sign]), String(text[text.index(after: sign)...]))
        }
    }

    /// The notation.
    package let notation: MessageFormat.Notation
    /// Whether only payloads are shown.
    package let isRaw: Bool

    /// Makes a form.
    package init(_ notation: MessageFormat.Notation, isRaw: Bool = false) {
        self.notation = notation
        self.isRaw = isRaw
    }

    /// The line for a message, with its newline and no other. With text and hexadecimal digits the subject comes first,
    /// and a tab.
    package func line(for message: Message) -> [UInt8] {
        let payload: [UInt8]
        switch notation {
        case .json: return json(message) + [0x0A]
        case .hex: payload = Hex.encode(message.payload)
        case .text: payload = PlainText.escape(message.payload, escapingTabs: false)
        }
        guard !isRaw, let subject = message.subject else { return payload + [0x0A] }
        return PlainText.escape(Array(subject.utf8), escapingTabs: true) + [0x09] + payload + [0x0A]
    }

    private func json(_ message: Message) -> [UInt8] {
        var members: [(String, [UInt8])] = []
        if let subject = message.subject, !isRaw { members.append(("subject", JSONText.string(subject))) }
        members.append(("payload", JSONText.bytes(message.payload)))
        guard !isRaw else { return JSONText.object(members) }
        members.append(("node", JSONText.string(message.node)))
        if let sequence = message.sequence { members.append(("sequence", Array("\(sequence)".utf8))) }
        if !message.headers.isEmpty {
            // A name may come more than once, which members of an object should not.
            let headers = message.headers.map { JSONText.array([JSONText.string($0.name), JSONText.string($0.value)]) }
            members.append(("headers", JSONText.array(headers)))
        }
        return JSONText.object(members)
    }
}
