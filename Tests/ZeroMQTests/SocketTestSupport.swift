// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

/// What the socket tests share.
enum SocketTest {
    /// No test waits longer for something that is going to happen. Long, because a machine may be slow and busy; a
    /// test that waits this long has failed.
    static let patience = Duration.seconds(60)

    /// Fails unless `body` throws this code, with a description that names the call and mentions these words.
    static func expect(
        _ code: ZMQError.Code,
        _ mentions: String...,
        at location: SourceLocation = #_sourceLocation,
        from body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("nothing was thrown instead of \(code)", sourceLocation: location)
        } catch let error as ZMQError {
            #expect(error.code == code, "\(error)", sourceLocation: location)
            #expect(!error.operation.isEmpty, sourceLocation: location)
            for word in [error.operation] + mentions {
                #expect(error.description.contains(word), "\(error) does not say \(word)", sourceLocation: location)
            }
        } catch {
            Issue.record("not a ZMQError: \(error)", sourceLocation: location)
        }
    }

    /// A message whose bytes say which frame they are in.
    static func message(frames: Int, bytes: Int) throws -> Message {
        try Message(frames: (0..<frames).map { Frame([UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: bytes)) })
    }
}
