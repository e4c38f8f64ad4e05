// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import CBaseline
import Harness
import ZeroMQ

/// One publisher and one of its subscribers. Nothing is dropped: a full subscriber makes the publisher wait.
let fanOutChildren: [String: @Sendable (ChildOptions) throws -> Sample] = [
    "async-publish": { options in
        try publishing(options) { publisher, size, count in
            try blocking { try await asyncSend(publisher, size: size, count: count) }
        }
    },
    "exclusive-publish": { options in
        try publishing(options) { publisher, size, count in
            try exclusiveSend(publisher, size: size, count: count)
        }
    },
    "async-subscribe": { options in
        let (subscriber, meter) = (try subscriber(options), try ReceiveMeter(options))
        return try blocking { try await asyncReceive(subscriber, meter) }
    },
    "batch-subscribe": { options in
        let (subscriber, meter) = (try subscriber(options), try ReceiveMeter(options))
        return try blocking { try await batchReceive(subscriber, meter) }
    },
    "exclusive-subscribe": { options in
        try exclusiveReceive(subscriber(options), ReceiveMeter(options))
    },
]

/// Binds a publisher, waits for its subscribers, lets it work, and waits for the parent to say that all has arrived.
private func publishing(
    _ options: ChildOptions,
    _ work: (PublisherSocket, _ size: Int, _ count: Int) throws -> Void
) throws -> Sample {
    let cpu = cb_cpu()
    let publisher = try PublisherSocket(options: .init(overflow: .wait))
    unsafe cb_announce(try publisher.bind(.tcp("127.0.0.1", port: .any)).description)
    let subscribers = try options.integer("subscribers")
    _ = try blocking { try await publisher.subscriptions(to: .all, atLeast: subscribers) }
    try work(publisher, options.integer("size"), options.integer("count"))
    cb_wait_for_parent()
    return Sample(["cpu": cb_cpu() - cpu])
}

private func subscriber(_ options: ChildOptions) throws -> SubscriberSocket {
    let subscriber = try SubscriberSocket(subscriptions: [.all])
    try subscriber.connect(try Endpoint(parsing: options.text("endpoint")))
    return subscriber
}
