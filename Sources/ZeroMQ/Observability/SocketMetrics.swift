// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if Metrics
public import CoreMetrics

/// Hands the numbers of a context's sockets to swift-metrics. Needs the package trait `Metrics`.
///
/// ```swift
/// let metrics = SocketMetrics(of: context)
/// try await withThrowingTaskGroup(of: Void.self) { group in
///     group.addTask { await metrics.run(every: .seconds(10)) }
///     …
/// }
/// ```
///
/// Sockets count for themselves all the time; only ``record()`` reads them, so a message costs nothing more. Numbers
/// are added up by kind of socket (dimension `type`) and ``TransportOptions/label`` (dimension `label`), over the
/// sockets that are gone as well: no counter ever goes back. The table of all metrics is in
/// Documentation/observability.md.
///
/// Make one for each context and backend: two would count everything twice. It does not keep the context.
public final class SocketMetrics: Sendable {
    private let ledger: SocketLedger
    private let recorder: MetricsRecorder
    private let auth: AuthTotals
    private let isInItsProcess: @Sendable () -> Bool

    /// Records nothing yet.
    ///
    /// - Parameters:
    ///   - context: Whose sockets are counted. Default ``Context/shared``.
    ///   - dimensions: Names and values that all metrics get besides their own.
    ///   - factory: The backend. Default: the one that the program chose with `MetricsSystem.bootstrap`.
    public init(
        of context: Context = .shared,
        dimensions: [(String, String)] = [],
        factory: any MetricsFactory = MetricsSystem.factory
    ) {
        ledger = context.core.ledger
        auth = context.core.authenticator.totals
        isInItsProcess = context.core.processCheck
        recorder = MetricsRecorder(factory: factory, dimensions: dimensions)
    }

    /// Records what has changed since the last time. Any thread may call it, at any time; in a forked child it does
    /// nothing.
    ///
    /// - Complexity: O(*n*) in the number of open sockets.
    public func record() {
        guard isInItsProcess() else { return }
        recorder.record(ledger.totals(), auth.statistics)
    }

    /// Records at intervals until the task is cancelled, and then once more.
    ///
    /// - Parameter interval: How long to wait in between, 1 ms or more. Default 10 s.
    public func run(every interval: Duration = .seconds(10)) async {
        repeat {
            record()
            try? await Task.sleep(for: max(interval, .milliseconds(1)).countable)
        } while !Task.isCancelled
        record()
    }
}
#endif
