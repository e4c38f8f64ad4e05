// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewSubjects
import TestSupport
import Testing
import ZeroMQ

/// What the tests of plain peers share.
enum PlainTest {
    /// No test waits longer for something that is going to happen.
    static let patience = Duration.seconds(50)

    /// Connections that come back at once, so that tests need not wait.
    static var quick: TransportOptions { TransportOptions(linger: .zero, reconnectInterval: .milliseconds(5)) }

    /// A publisher and a subscriber that know each other, as soon as the subscriber wants something.
    static func pair(
        context: Context,
        _ options: SubjectSubscriber.Options = .init(),
        at endpoint: Endpoint = .inproc("plain")
    ) throws -> (SubjectPublisher, SubjectSubscriber) {
        let publisher = try SubjectPublisher(context: context, options: .init(overflow: .wait))
        let subscriber = try SubjectSubscriber(context: context, options: options)
        try subscriber.connect(try publisher.bind(endpoint))
        return (publisher, subscriber)
    }

    /// Binds at an endpoint that may not be free yet.
    static func bind(_ bind: (Endpoint) throws(ZMQError) -> Endpoint, at endpoint: Endpoint) async throws -> Endpoint {
        var bound: Endpoint?
        try await eventually {
            do throws(ZMQError) {
                bound = try bind(endpoint)
            } catch {
                guard error.code == .addressInUse else { throw error }
            }
            return bound != nil
        }
        return try #require(bound)
    }

    /// Fails unless `body` throws this code.
    static func expect(
        _ code: ZMQError.Code,
        at location: SourceLocation = #_sourceLocation,
        from body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("nothing was thrown instead of \(code)", sourceLocation: location)
        } catch let error as ZMQError {
            #expect(error.code == code, "\(error)", sourceLocation: location)
        } catch {
            Issue.record("not a ZMQError: \(error)", sourceLocation: location)
        }
    }

    /// Fails unless subscribing is refused with this code, and a description that has the words.
    static func expect(
        _ code: SubjectSubscriberError.Code,
        isRetriable: Bool,
        _ words: String,
        for filter: SubjectFilter,
        from subscriber: SubjectSubscriber,
        at location: SourceLocation = #_sourceLocation
    ) {
        do throws(SubjectSubscriberError) {
            try subscriber.subscribe(filter)
            Issue.record("nothing was thrown instead of \(code)", sourceLocation: location)
        } catch {
            #expect(error.code == code && error.filter == filter, "\(error)", sourceLocation: location)
            #expect(error.isRetriable == isRetriable, sourceLocation: location)
            #expect(error.description.contains(words), "\(error) does not say \(words)", sourceLocation: location)
        }
    }
}
