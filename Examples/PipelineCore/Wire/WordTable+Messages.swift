// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension WordTable {
    /// The table in pieces that each fit into a message. An empty table is no piece at all.
    ///
    /// Words without a place in the table are not part of any piece: give a table that is sent no limit, and send it
    /// before it grows large.
    package func pieces() -> [[Entry]] {
        var pieces: [[Entry]] = []
        var piece: [Entry] = []
        var pieceBytes = 0
        for entry in entries {
            let entryBytes = entry.word.count + 9
            if pieceBytes + entryBytes > Limits.softListBytes {
                pieces.append(piece)
                piece.removeAll(keepingCapacity: true)
                pieceBytes = 0
            }
            piece.append(entry)
            pieceBytes += entryBytes
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }

    /// Whether the table has grown enough to be sent.
    package var isWorthSending: Bool { textBytes + 9 * count >= Limits.softListBytes }
}

extension PipelineMessage {
    /// The messages that tell a sink the paths of a run.
    package static func manifest(run: RunID, paths: [FilePath]) -> [PipelineMessage] {
        var messages: [PipelineMessage] = []
        var batch: [FilePath] = []
        var batchBytes = 0
        var first = 0
        for (number, path) in paths.enumerated() {
            batch.append(path)
            batchBytes += path.bytes.count + 2
            if batchBytes >= Limits.softListBytes {
                messages.append(.manifest(run: run, first: first, paths: batch))
                first = number + 1
                batch.removeAll(keepingCapacity: true)
                batchBytes = 0
            }
        }
        if !batch.isEmpty { messages.append(.manifest(run: run, first: first, paths: batch)) }
        return messages
    }
}
