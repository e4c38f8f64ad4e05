// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// Searches: they take no lock, wait for nobody, and run no code but the index's own and the copying of values.
extension ConcurrentSubjectIndex {
    /// Finds the values whose filters match a subject.
    ///
    /// - Parameters:
    ///   - subject: The subject.
    ///   - matches: Holds the values afterwards, and nothing else.
    /// - Complexity: As ``SubjectIndex`` has it. Allocates nothing while `matches` has room.
    @inlinable
    public func match(_ subject: borrowing Subject, into matches: inout SubjectMatches<Value>) {
        matches.removeAll()
        unsafe subject.bytes.span.withUnsafeBytes { bytes in
            read { body in
                unsafe body.match(bytes) { value in
                    matches.append(value)
                    return true
                }
            }
        }
    }

    /// Finds the values whose filters match a subject that has come as bytes; see
    /// ``SubjectIndex/match(_:into:)-(RawSpan,SubjectMatches<Value>)``.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of a subject.
    ///   - matches: Holds the values afterwards, and nothing else.
    /// - Returns: False when the bytes are no subject, so that you can count that.
    /// - Complexity: As ``SubjectIndex`` has it. Allocates nothing while `matches` has room.
    @inlinable
    public func match(_ bytes: RawSpan, into matches: inout SubjectMatches<Value>) -> Bool {
        matches.removeAll()
        return unsafe bytes.withUnsafeBytes { bytes in
            guard unsafe Bytes.isSubject(bytes, maximum: limits.maximumBytes) else { return false }
            read { body in
                unsafe body.match(bytes) { value in
                    matches.append(value)
                    return true
                }
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

    /// The values whose filters match a subject.
    ///
    /// - Parameter subject: The subject.
    /// - Returns: The values, in the order that ``SubjectIndex`` describes.
    @inlinable
    public func matches(_ subject: borrowing Subject) -> [Value] {
        var matches: [Value] = []
        unsafe subject.bytes.span.withUnsafeBytes { bytes in
            read { body in
                unsafe body.match(bytes) { value in
                    matches.append(value)
                    return true
                }
            }
        }
        return matches
    }

    /// Whether any filter matches a subject.
    ///
    /// - Parameter subject: The subject.
    /// - Returns: True as soon as one is found.
    @inlinable
    public func hasMatch(_ subject: borrowing Subject) -> Bool {
        var found = false
        unsafe subject.bytes.span.withUnsafeBytes { bytes in
            read { body in
                unsafe body.trie.reader.match(Text(bytes)) { _ in
                    found = true
                    return false
                }
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
        var count = 0
        unsafe subject.bytes.span.withUnsafeBytes { bytes in
            read { body in
                unsafe body.trie.reader.match(Text(bytes)) { _ in
                    count &+= 1
                    return true
                }
            }
        }
        return count
    }

    /// Whether a subject exists that both the filter and one in the index match.
    ///
    /// - Parameter filter: The filter.
    /// - Returns: True as soon as one is found.
    public func intersects(_ filter: SubjectFilter) -> Bool {
        var found = false
        read { body in
            body.trie.forEachIntersecting(filter) { _ in
                found = true
                return false
            }
        }
        return found
    }
}
