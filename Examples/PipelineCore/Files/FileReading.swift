// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Reads files block by block and counts them.
package enum FileReading {
    /// How many bytes are read at once.
    package static let blockBytes = 64 * 1024

    /// Counts one file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - counter: A fresh counter; afterwards it holds the words that `afterBlock` did not take.
    ///   - afterBlock: Called after each block, with the counter and the bytes read up to now. Other tasks of the same
    ///     thread get their turn here.
    /// - Returns: What was counted, and whether the file stayed the same meanwhile.
    /// - Throws: ``FileFailure``, or what `afterBlock` throws.
    package static func count(
        _ path: FilePath,
        with counter: inout WordCounter,
        afterBlock: (inout WordCounter) async throws -> Void
    ) async throws -> FileResult {
        let file = try OpenFile(path)
        let before = try file.stamp()
        while true {
            let block = try file.read(upTo: blockBytes)
            if block.isEmpty { break }
            counter.consume(block)
            try await afterBlock(&counter)
        }
        counter.finish()
        let after = try file.stamp()
        return FileResult(count: counter.count, stamp: before, isStable: before == after)
    }

    /// Counts files one after the other.
    ///
    /// - Parameters:
    ///   - paths: The files.
    ///   - distinctWordLimit: The largest number of different words that are kept.
    ///   - progress: Called after each block with the bytes counted up to now.
    package static func countSequentially(
        _ paths: [FilePath],
        distinctWordLimit: Int = Limits.maxDistinctWords,
        progress: (Int) -> Void = { _ in }
    ) async throws -> SequentialCount {
        var all = SequentialCount(distinctWordLimit: distinctWordLimit)
        var bytesBefore = 0
        for path in paths {
            try Task.checkCancellation()
            var counter = WordCounter(distinctWordLimit: distinctWordLimit)
            do {
                let result = try await count(path, with: &counter) { counter in
                    progress(bytesBefore + counter.count.bytes)
                    await Task.yield()
                }
                all.outcomes.append(.counted(result))
                all.words.merge(counter.takeWords())
                bytesBefore += result.count.bytes
            } catch let failure as FileFailure {
                all.outcomes.append(.failed(failure))
            }
        }
        return all
    }
}
