// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Sinew
import SinewSubjects
import ZeroMQ

// snippet.pipeline
func pipeline() async throws {
    let sink = try PullSocket()
    let port = try sink.bind(.tcp("127.0.0.1", port: .any))  // returns the resolved endpoint

    let fan = try PushSocket(options: .init(sendHighWaterMark: 100))
    try fan.connect(port)
    try await fan.send("hello")  // suspends at the high-water mark

    for try await message in sink.messages {
        print(message.string)
        break
    }
}
// snippet.end

// snippet.errors
func askOnce(_ request: RequestSocket) async throws {
    do {
        print(try await request.request("ping", timeout: .seconds(1)).string)
    } catch {
        guard error.code == .timedOut else { throw error }
        print(error)  // … the deadline passed; connected to tcp://127.0.0.1:5555: is a peer there, …
    }
    request.close()
    try await Context.shared.terminate(within: .seconds(5))  // flushes; names sockets that are still open
}
// snippet.end

// snippet.question
func question(to endpoint: Endpoint) async throws -> String {
    let request = try RequestSocket()
    try request.connect(endpoint)
    return try await request.request("ping", timeout: .seconds(1)).string
}

func answer(at endpoint: Endpoint) async throws {
    let reply = try ReplySocket()
    try reply.bind(endpoint)
    try await reply.serve { question in "pong" }
}
// snippet.end

// snippet.news
func news() async throws {
    let publisher = try PublisherSocket()
    let subscriber = try SubscriberSocket(subscriptions: ["weather."])
    try subscriber.connect(try publisher.bind(.inproc("news")))

    try await publisher.subscriptions(to: "weather.", atLeast: 1)  // no slow joiner
    try await publisher.send("weather.rain")
    print(try await subscriber.receive().string)
}
// snippet.end

// snippet.exclusive
func countAsFastAsC(_ sink: PullSocket) throws -> Int {
    var count = 0
    try sink.withExclusiveAccess { socket in  // from a thread of your own: no locks, no suspension
        var message = Message()
        while try socket.receive(into: &message, timeout: .seconds(1)) { count += 1 }
    }
    return count
}
// snippet.end

// snippet.proxy
func share(_ workers: DealerSocket, among clients: RouterSocket) async throws {
    let events = try clients.events()
    let watch = Task { for await event in events { print(event) } }  // who came, and who did not get in and why
    defer { watch.cancel() }
    try await Proxy(clients, workers).run()  // until it is stopped or cancelled, which loses nothing
}
// snippet.end

try await pipeline()
async let served: Void = answer(at: .inproc("questions"))
print(try await question(to: .inproc("questions")))
try await news()
try route()
Context.shared.shutdown()
try await served

// snippet.security
func orders() throws -> PullSocket {
    let keys = try CurveKeyPair.generate()  // or from a file that `sinew keygen` wrote
    print("clients need \(keys.publicKey)")
    var transport = TransportOptions()
    transport.security = .curveServer(secretKey: keys.secretKey, accepting: .directory("/etc/orders/clients"))
    let sink = try PullSocket(options: .init(transport: transport))
    try sink.bind(.tcp("*", port: 5555))
    return sink
}
// snippet.end

// snippet.subjects
func route() throws {
    var routes = SubjectIndex<String>()
    let billing = try routes.insert("billing", for: "orders.*.new")
    try routes.insert("audit", for: "orders.>")
    print(routes.matches("orders.us.new"))  // ["audit", "billing"]
    routes.remove(billing)

    let wide: SubjectFilter = "orders.>"
    print(wide.includes("orders.*.new"), wide.intersects("*.us.new"))  // true true
    let shards = try SubjectTransform(from: "orders.*", to: "orders.{{partition(8,1)}}.$1")
    if let shard = try shards.apply(to: "orders.4711") { print(shard) }  // to the partition that NATS has, too
}
// snippet.end

// snippet.bus
func placeOrder(with seed: Endpoint) async throws {
    let node = try Node("orders-1", discovery: .seeds(["\(seed)"]))  // finds the others through one of them
    try await node.ready(peers: 1, within: .seconds(10))
    let stock = try await node.request("book", to: "inventory.check", timeout: .seconds(1))
    print(stock.payload.string, "at", stock.responderName)
    try await node.publish("book", to: "orders.placed")
    await node.shutdown()  // when everything has arrived
}

func checkInventory(_ node: Node) async throws {
    try await node.respond(to: "inventory.check") { request in "12 of \(request.payload.string)" }
}

func ship(_ node: Node) async throws {
    let losses = Task { for await event in node.events { print(event) } }  // who comes and goes; what was lost
    defer { losses.cancel() }
    let orders = try await node.subscribe("orders.*", queue: QueueGroup("shipping"))  // of a group, one gets each
    for try await order in orders {
        print(order.subject, order.payload.string)
    }
}
// snippet.end
