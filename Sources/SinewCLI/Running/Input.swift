// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCommandCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Standard input, line by line. A part is read only when the lines before it were taken.
struct Input {
    private static let chunkBytes = 65_536

    private let format: MessageFormat
    private var lines: LineSplitter
    private var isAtEnd = false

    private let gate: InputGate?

    /// - Parameters:
    ///   - format: What the lines look like.
    ///   - maximumLineBytes: How long a line may be.
    ///   - gate: Can end the input early.
    init(_ format: MessageFormat, maximumLineBytes: Int, gate: InputGate? = nil) {
        self.format = format
        self.gate = gate
        lines = LineSplitter(maximumLineBytes: maximumLineBytes)
    }

    /// How many lines were taken.
    var lineCount: Int { lines.lineCount }

    /// The next line as a message; nil at the end of the input.
    mutating func next() async throws -> MessageRecord? {
        while true {
            if let line = try lines.next() { return try message(from: line) }
            if isAtEnd { return try lines.last().map { line in try message(from: line) } }
            guard gate?.enter() ?? true else { return nil }
            try await readMore()
            gate?.leave()
        }
    }

    /// Whether the input has certainly ended; false when that cannot be told without waiting, or a line is left.
    mutating func hasEnded() async throws -> Bool {
        while !isAtEnd, try !lines.hasLine(), Descriptor.isReady(STDIN_FILENO, for: POLLIN) { try await readMore() }
        return isAtEnd && lines.isEmpty
    }

    private func message(from line: [UInt8]) throws -> MessageRecord {
        do {
            return try format.message(from: line)
        } catch {
            throw error.inLine(lines.lineCount)
        }
    }

    private mutating func readMore() async throws {
        let result: Result<[UInt8], SystemFailure>?
        // In the background of a terminal, reading stops the process: only threads that do not block the signal may do
        // it.
        if !Descriptor.isTerminal(STDIN_FILENO), Descriptor.isReady(STDIN_FILENO, for: POLLIN) {
            result = Descriptor.read(STDIN_FILENO, upTo: Self.chunkBytes)
        } else {
            result = await onThread { Descriptor.readWaiting(STDIN_FILENO, upTo: Self.chunkBytes) }
        }
        guard !Task.isCancelled, let result else { throw CancellationError() }
        switch result {
        case .success([]): isAtEnd = true
        case .success(let bytes): lines.append(bytes)
        // Closed before the tool began.
        case .failure(let failure) where failure.number == EBADF: isAtEnd = true
        case .failure(let failure) where failure.number == EAGAIN: await Task.yield()
        case .failure(let failure):
            let isInBackground = failure.number == EIO && Descriptor.isTerminal(STDIN_FILENO)
            let advice = isInBackground ? "; in the background, use < /dev/null, or bring it back with fg" : ""
            throw CommandFailure(.inputOutput, "standard input cannot be read: \(failure)\(advice)")
        }
    }
}
