// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// The memory behind the pointer has to outlive the search: `extendLifetime` says so where the compiler cannot see it.
extension SubjectIndex {
    /// Finds the values whose filters match a subject.
    ///
    /// - Parameters:
    ///   - subject: The subject.
    ///   - matches: Holds the values afterwards, and nothing else.
    /// - Complexity: See ``SubjectIndex``. Allocates nothing while `matches` has room.
    @inlinable
    public func match(_ subject: borrowing Subject, into matches: inout SubjectMatches<Value>) {
        defer { extendLifetime(storage) }
        matches.removeAll()
        unsafe subject.bytes.span.withUnsafeBytes { bytes in
            unsafe storage.body.pointee.match(bytes) { value in
                matches.append(value)
                return true
            }
        }
    }

    /// Finds the values whose filters match a subject that has come as bytes, from a network say.
    ///
    /// The bytes are a subject when they are one in the grammar ``SubjectGrammar/nats`` and no more than
    /// ``SubjectIndexLimits/maximumBytes``. Tokens `*` and `>` are no wildcards in it: as in nats-server, a filter can
    /// only match them with a wildcard of its own.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of a subject.
    ///   - matches: Holds the values afterwards, and nothing else.
    /// - Returns: False when the bytes are no subject, so that you can count that.
    /// - Complexity: See ``SubjectIndex``. Allocates nothing while `matches` has room.
    @inlinable
    public func match(_ bytes: RawSpan, into matches: inout SubjectMatches<Value>) -> Bool {
        defer { extendLifetime(storage) }
        matches.removeAll()
        return unsafe bytes.withUnsafeBytes { bytes in
            guard unsafe Bytes.isSubject(bytes, maximum: storage.body.pointee.limits.maximumBytes) else { return false }
            unsafe storage.body.pointee.match(bytes) { value in
                matches.append(value)
                return true
            }
            return true
        }
    }

    /// The same for bytes as a `Span<UInt8>`: see ``match(_:into:)-(RawSpan,SubjectMatches<Value>)``.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of a subject.
    ///   - matches: Holds the values afterwards, and nothing else.
    /// - Returns: False when the bytes are no subject.
    @inlinable
    public func match(_ bytes: Span<UInt8>, into matches: inout SubjectMatches<Value>) -> Bool {
        unsafe match(bytes.bytes, into: &matches)
    }

    /// Finds the values whose filters match a subject.
    ///
    /// - Parameters:
    ///   - subject: The subject.
    ///   - matches: Holds the values afterwards, and nothing else; its memory is used again.
    /// - Returns: How many there are.
    /// - Complexity: See ``SubjectIndex``. Allocates nothing while `matches` has room.
    @inlinable
    @discardableResult
    public func match(_ subject: borrowing Subject, into matches: inout [Value]) -> Int {
        defer { extendLifetime(storage) }
        matches.removeAll(keepingCapacity: true)
        unsafe subject.bytes.span.withUnsafeBytes { bytes in
            unsafe storage.body.pointee.match(bytes) { value in
                matches.append(value)
                return true
            }
        }
        return matches.count
    }

    /// Finds the values whose filters match a subject that has come as bytes, from a network say.
    ///
    /// The bytes are a subject when they are one in the grammar ``SubjectGrammar/nats`` and no more than
    /// ``SubjectIndexLimits/maximumBytes``. Tokens `*` and `>` are no wildcards in it: as in nats-server, a filter can
    /// only match them with a wildcard of its own.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of a subject.
    ///   - matches: Holds the values afterwards, and nothing else; its memory is used again.
    /// - Returns: How many there are; nil when the bytes are no subject, so that you can count that.
    /// - Complexity: See ``SubjectIndex``. Allocates nothing while `matches` has room.
    @inlinable
    @discardableResult
    public func match(_ bytes: RawSpan, into matches: inout [Value]) -> Int? {
        defer { extendLifetime(storage) }
        matches.removeAll(keepingCapacity: true)
        let isSubject = unsafe bytes.withUnsafeBytes { bytes in
            guard unsafe Bytes.isSubject(bytes, maximum: storage.body.pointee.limits.maximumBytes) else { return false }
            unsafe storage.body.pointee.match(bytes) { value in
                matches.append(value)
                return true
            }
            return true
        }
        return isSubject ? matches.count : nil
    }

    /// The same for bytes as a `Span<UInt8>`: see the method for a `RawSpan`.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of a subject.
    ///   - matches: Holds the values afterwards, and nothing else; its memory is used again.
    /// - Returns: How many there are; nil when the bytes are no subject.
    @inlinable
    @discardableResult
    public func match(_ bytes: Span<UInt8>, into matches: inout [Value]) -> Int? {
        unsafe match(bytes.bytes, into: &matches)
    }

    /// The values whose filters match a subject.
    ///
    /// - Parameter subject: The subject.
    /// - Returns: The values, in the order that ``SubjectIndex`` describes.
    @inlinable
    public func matches(_ subject: borrowing Subject) -> [Value] {
        var matches: [Value] = []
        match(subject, into: &matches)
        return matches
    }

    /// Calls a function with each value whose filter matches a subject.
    ///
    /// - Parameters:
    ///   - subject: The subject.
    ///   - body: Takes a value. What it throws ends the search. Where it changes the index (one in a class, say), the
    ///     search goes on in what the index was.
    /// - Throws: What `body` throws.
    /// - Complexity: See ``SubjectIndex``. Allocates nothing.
    @inlinable
    public func forEachMatch<Failure: Error>(
        _ subject: borrowing Subject,
        _ body: (Value) throws(Failure) -> Void
    ) throws(Failure) {
        defer { extendLifetime(storage) }
        var failure: Failure?
        unsafe subject.bytes.span.withUnsafeBytes { bytes in
            unsafe storage.body.pointee.match(bytes) { value in
                do throws(Failure) {
                    try body(value)
                    return true
                } catch {
                    failure = error
                    return false
                }
            }
        }
        if let failure { throw failure }
    }

    /// Whether any filter matches a subject.
    ///
    /// - Parameter subject: The subject.
    /// - Returns: True as soon as one is found.
    @inlinable
    public func hasMatch(_ subject: borrowing Subject) -> Bool {
        defer { extendLifetime(storage) }
        var found = false
        unsafe subject.bytes.span.withUnsafeBytes { bytes in
            unsafe storage.body.pointee.trie.reader.match(Text(bytes)) { _ in
                found = true
                return false
            }
        }
        return found
    }

    /// How many entries have a filter that matches a subject.
    ///
    /// - Parameter subject: The subject.
    /// - Returns: Their number.
    @inlinable
    public func matchCount(_ subject: borrowing Subject) -> Int {
        defer { extendLifetime(storage) }
        var count = 0
        unsafe subject.bytes.span.withUnsafeBytes { bytes in
            unsafe storage.body.pointee.trie.reader.match(Text(bytes)) { _ in
                count &+= 1
                return true
            }
        }
        return count
    }
}
