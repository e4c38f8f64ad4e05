// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewLog
import SinewSubjects
import SinewTesting

/// A log over a simulated disk, and a model of it: an array of all that was appended.
struct LogBench {
    static let store = StoreID(high: 1, low: 2)

    let disk: SimulatedDisk
    let files: LogFiles
    var random: SeededRandom
    var options = LogWriterOptions()
    var now = Instant.origin
    var time: UInt64 = 1_800_000_000_000_000_000

    /// All that was appended to the log as it is now, by offset.
    var model: [LogEntry] = []
    /// Where batches of several records begin and end that are there wholly or not at all.
    var atomic: [Range<UInt64>] = []
    /// Everything below was said to last.
    var acknowledged: UInt64 = 0
    /// The highest epoch that was ever seen.
    var epoch: UInt32 = 0
    /// What readers of what is written saw: epoch and content by offset.
    var shown: [UInt64: (epoch: UInt32, entry: LogEntry)] = [:]

    var writer: LogWriter?
    var driver: LogDriver?
    var errors: [LogError] = []
    var isClosed = false
    /// How many records the disk had no space for.
    var dropped: UInt64 = 0
    /// Whether others append while something is under way.
    var isBusy = false

    init(seed: UInt64, disk: SimulatedDisk = SimulatedDisk()) {
        self.disk = disk
        files = LogFiles(disk, in: "log")
        random = SeededRandom(seed: seed)
    }

    /// Opens the log; what a crash left is the model from now on.
    mutating func open() throws {
        let recovery = LogRecovery(of: files, store: Self.store, number: 7)
        let recovered = try recovery.recover(salt: random.next(), at: time)
        writer = LogWriter(
            after: recovered.segment,
            recovered.end,
            options: options,
            randomSeed: random.next(),
            at: now
        )
        driver = LogDriver(of: files, recovered)
    }

    /// Appends something, and does nothing else.
    mutating func append() {
        let isDurable = Bool.random(using: &random)
        time &+= UInt64.random(in: 0...1_000_000, using: &random)
        do throws(LogError) {
            if Int.random(in: 0..<4, using: &random) == 0 {
                let entries = (0..<Int.random(in: 1...6, using: &random)).map { _ in entry() }
                guard let first = try writer?.append(atomically: entries, at: time, isDurable: isDurable) else {
                    return
                }
                model += entries
                atomic.append(first..<(first + UInt64(entries.count)))
            } else {
                let entry = entry()
                if try writer?.append(entry, at: time, isDurable: isDurable) != nil { model.append(entry) }
            }
        } catch {
            errors.append(error)
        }
    }

    mutating func entry() -> LogEntry {
        let size = Int.random(in: 0..<10, using: &random) == 0 ? 3000 : 60
        var entry = LogEntry(
            (0..<Int.random(in: 0...size, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        )
        switch Int.random(in: 0..<8, using: &random) {
        case 0: entry.key = [1, 2, UInt8.random(in: 0...9, using: &random)]
        case 1: entry.subject = "orders.new"
        case 2: entry.headers = [LogHeader("trace", "7"), LogHeader("trace", [UInt8]())]
        case 3: entry.timestamp = time &- UInt64.random(in: 0...1_000_000_000, using: &random)
        case 4: entry = .tombstone(of: [9])
        default: break
        }
        return entry
    }

    /// Tells the writer something, and performs what follows until nothing is under way.
    mutating func step(_ event: LogWriterEvent) {
        var events = [event]
        var actions = Actions<LogWriterAction>()
        while let event = events.popLast() {
            now = now.advanced(by: .microseconds(100))
            writer?.step(event, at: now, into: &actions)
            let wanted = Array(actions)
            actions.drain { _ in }
            for action in wanted {
                note(action)
                // Others append while the commit thread waits for the disk.
                if isBusy, Int.random(in: 0..<3, using: &random) == 0 { append() }
                if let answer = driver?.perform(action) { events.append(answer) }
            }
        }
    }

    private mutating func note(_ action: LogWriterAction) {
        switch action {
        case .published(let written, let durable):
            acknowledged = max(acknowledged, durable)
            for offset in UInt64(shown.count)..<max(written, UInt64(shown.count)) {
                shown[offset] = (writer?.epoch ?? 0, model[Int(offset)])
            }
        case .ended(let offset, let error):
            errors.append(error)
            if error.code == .noSpace, offset < model.count {
                dropped += UInt64(model.count) - offset
                model.removeSubrange(Int(offset)...)
            }
        case .closed: isClosed = true
        case .roll, .write, .synchronize, .truncate: break
        }
    }
}
