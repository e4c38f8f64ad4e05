// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if Metrics
import CoreMetrics
import MetricsTestKit
import SinewSubjects
import TestSupport
import Testing

@testable import SinewBus

/// The numbers of a node that a backend is told.
@Suite(.timeLimit(.minutes(1)))
struct NodeMetricsTests {
    private let backend = TestMetrics()

    private func total(_ name: String) -> Int64? {
        try? backend.expectCounter(name, [("node", "first"), ("service", "test")]).totalValue
    }

    private func level(_ name: String) -> Double? {
        try? backend.expectMeter(name, [("node", "first"), ("service", "test")]).lastValue
    }

    @Test func changesAreRecordedOnce() async throws {
        let (first, second) = try await Pair.linked()
        let metrics = NodeMetrics(of: first, dimensions: [("service", "test")], factory: backend)
        metrics.record()
        #expect(total("bus_messages_published_total") == 0)
        let subscription = try await second.subscribe("a")
        for _ in 0..<10 { try await first.publish("x", to: "a") }
        metrics.record()
        metrics.record()
        #expect(total("bus_messages_published_total") == 10)
        #expect(level("bus_linked_peers") == 1 && level("bus_subscriptions") == 0)
        await second.shutdown(within: .seconds(10))
        try await eventually { first.statistics.linkedPeers == 0 }
        metrics.record()
        #expect(level("bus_linked_peers") == 0)
        withExtendedLifetime(subscription) {}
    }

    /// Each name is one number's, is in the document, and follows the others' form.
    @Test func everyNumberHasAName() throws {
        let names = NodeMetrics.numbers.map(\.name)
        #expect(Set(names).count == names.count)
        let document = try PackageRoot.text("Documentation/observability.md")
        for name in names + ["bus_subscriptions", "bus_linked_peers"] {
            #expect(document.contains("| `\(name)` |"), "\(name)")
        }
        #expect(names.allSatisfy { $0.hasPrefix("bus_") && $0.hasSuffix("_total") })
    }
}
#endif
