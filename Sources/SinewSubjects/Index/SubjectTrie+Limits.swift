// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension SubjectTrie {
    /// Adds an entry for a filter; nothing has changed when this throws.
    ///
    /// - Parameters:
    ///   - filter: The filter.
    ///   - limits: What is taken in at most.
    ///   - stem: See `insert(_:stem:)`; where something is known, the limits have been checked.
    /// - Returns: The entry.
    /// - Complexity: O(bytes), amortised.
    @usableFromInline
    mutating func insert(
        _ filter: SubjectFilter,
        _ limits: SubjectIndexLimits,
        stem: inout Stem
    ) throws(SubjectError) -> UInt32 {
        if stem.start == 0, !stem.isWhole { try check(filter, limits) }
        var outcome = Result<UInt32, Refusal>.failure(.full)
        unsafe filter.bytes.withUnsafeBytes { bytes in
            outcome = Result { () throws(Refusal) in try unsafe insert(Text(bytes), stem: &stem) }
        }
        do {
            return try outcome.get()
        } catch {
            throw failure(error, filter)
        }
    }

    private func check(_ filter: SubjectFilter, _ limits: SubjectIndexLimits) throws(SubjectError) {
        guard entryCount < limits.maximumEntries else {
            let advice = "it has \(limits.maximumEntries) entries; remove some, or raise 'maximumEntries'"
            throw SubjectError(.tooManyEntries, subject: filter.bytes, advice: advice)
        }
        guard filter.bytes.count <= limits.maximumBytes else {
            let advice = "it has \(filter.bytes.count) bytes and the index takes \(limits.maximumBytes)"
            throw SubjectError(.tooLong, subject: filter.bytes, position: limits.maximumBytes, advice: advice)
        }
        // A token and its dot are two bytes at least.
        guard filter.bytes.count >= limits.maximumTokens * 2 else { return }
        let tokens = filter.tokenCount
        guard tokens <= limits.maximumTokens else {
            let advice = "it has \(tokens) tokens and the index takes \(limits.maximumTokens)"
            throw SubjectError(.tooManyTokens, subject: filter.bytes, token: limits.maximumTokens + 1, advice: advice)
        }
    }

    private func failure(_ refusal: Refusal, _ filter: SubjectFilter) -> SubjectError {
        switch refusal {
        case .full:
            SubjectError(.tooManyEntries, subject: filter.bytes, advice: "all its numbers are in use; remove entries")
        case .crowded:
            SubjectError(.crowded, subject: filter.bytes, advice: "make the index with a seed that nobody can guess")
        }
    }
}
