// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import PipelineCore
import ZeroMQ

/// Gathers what the workers find, and tells everybody when the run is over.
struct Sink: Sendable {
    /// What a run left at the sink.
    struct Harvest: Sendable {
        /// Everything that arrived.
        var tally: Tally
        /// Why the run ended before all results were there; nil when they were.
        var failure: PipelineFailure?
        /// How many messages were not understood.
        var badMessages = 0
    }

    let routes: Routes
    var patience = Patience()
    /// How many workers must be there before the run begins.
    var expectedWorkers = 0

    private let results: PullSocket
    private let control: PublisherSocket

    /// Binds.
    init(routes: Routes, patience: Patience = Patience(), expectedWorkers: Int = 0, in context: Context) throws {
        self.routes = routes
        self.patience = patience
        self.expectedWorkers = expectedWorkers
        // A message holds at most 256 KiB.
        results = try PullSocket(context: context, options: .init(receiveHighWaterMark: 64, transport: .pipeline))
        control = try PublisherSocket(context: context, options: .init(transport: .pipeline))
        try results.bind(routes.results)
        try control.bind(routes.control)
    }

    func close() {
        results.close()
        control.close()
    }

    /// Serves one run.
    ///
    /// - Parameter progress: Called now and then with what is there.
    /// - Returns: What arrived, whether complete or not.
    /// - Throws: ``PipelineFailure`` when no run begins.
    func gather(progress: (Tally) -> Void = { _ in }) async throws -> Harvest {
        try await awaitWorkers()
        var harvest: Harvest?
        var lastBeat = ContinuousClock.now - Patience.beat
        var lastSign = ContinuousClock.now
        while true {
            let now = ContinuousClock.now
            if now - lastBeat >= Patience.beat {
                try await say(.beat(run: harvest?.tally.run ?? .none))
                lastBeat = now
                if let harvest { progress(harvest.tally) }
            }
            for message in try await receive() {
                switch PipelineMessage(message) {
                case .begin(let run) where canBegin(run, harvest?.tally, lastSign):
                    if run != harvest?.tally.run { harvest = Harvest(tally: Tally(run: run)) }
                    lastSign = ContinuousClock.now
                    try await say(.beat(run: run))
                case .some(let message):
                    if harvest?.tally.apply(message) == .progress { lastSign = ContinuousClock.now }
                case nil:
                    harvest?.badMessages += 1
                }
            }
            if let harvest, harvest.tally.isComplete {
                progress(harvest.tally)
                return harvest
            }
            let quiet = ContinuousClock.now - lastSign
            if let failure = giveUp(after: quiet, harvest?.tally) {
                guard var harvest else { throw failure }
                harvest.failure = failure
                return harvest
            }
        }
    }

    /// Tells everybody that the run is over; several times, because somebody may still be connecting.
    func dismiss(_ harvest: Harvest, times: Int = 5) async throws {
        for _ in 0..<times {
            try await say(.stop(run: harvest.tally.run, complete: harvest.failure == nil))
            if times > 1 { try await Task.sleep(for: .milliseconds(100)) }
        }
    }

    /// Waits until the workers and the ventilator listen, so that each of them will hear the end.
    private func awaitWorkers() async throws {
        guard expectedWorkers > 0 else { return }
        do throws(ZMQError) {
            try await control.subscriptions(to: .all, atLeast: expectedWorkers + 1, timeout: patience.arrival)
        } catch {
            guard error.code == .timedOut else { throw error }
            throw PipelineFailure(
                "not all of \(expectedWorkers) workers and a ventilator came to \(routes.control) "
                    + "within \(patience.arrival)"
            )
        }
    }

    private func receive() async throws -> [Message] {
        do throws(ZMQError) {
            return try await results.receive(upTo: 64, timeout: .milliseconds(100))
        } catch {
            if error.code == .timedOut { return [] }
            throw error
        }
    }

    private func say(_ message: PipelineMessage) async throws {
        try await control.send(Message(message.encoded()), timeout: patience.silence)
    }

    /// Whether the sink is free for a run. A ventilator that knocked and then fell silent is gone: the next one takes
    /// its place.
    private func canBegin(_ run: RunID, _ tally: Tally?, _ lastSign: ContinuousClock.Instant) -> Bool {
        guard let tally else { return true }
        return tally.isFresh && (tally.run == run || ContinuousClock.now - lastSign > Patience.knocking)
    }

    /// The reason to wait no longer, when there is one.
    private func giveUp(after quiet: Duration, _ tally: Tally?) -> PipelineFailure? {
        guard let tally else {
            guard quiet > patience.arrival else { return nil }
            return PipelineFailure("no ventilator came within \(patience.arrival): start `pipeline ventilator`")
        }
        let hasResults = !tally.outcomes.isEmpty || tally.bytesDone > 0
        guard quiet > (hasResults ? patience.silence : patience.arrival) else { return nil }
        guard let announced = tally.announced else {
            return PipelineFailure("the ventilator never told how many jobs there are: did it end?")
        }
        let missing = announced.jobs - tally.outcomes.count
        return PipelineFailure(
            hasResults
                ? "\(missing) of \(announced.jobs) results are missing after \(quiet.inSeconds) s of silence: "
                    + "did a worker or the ventilator end?"
                : "no result of \(announced.jobs) came within \(patience.arrival): start `pipeline worker`"
        )
    }
}
