// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// What a store has: its directory, its logs, and the thread that writes.
final class StoreCore: Sendable {
    private struct State {
        var logs: [String: LogCore] = [:]
        var isClosing = false
        var isOver = false
        /// How many logs are being opened right now: they need the lock.
        var opening = 0
        /// Held until the last log is closed.
        var lock: (any FileLock)?
        var closers: [@Sendable () -> Void] = []
    }

    let files: LogFiles
    private let id: StoreID
    private let options: LogWriterOptions
    private let state: Locked<State>
    /// Held while a log is opened: nobody else opens the same one.
    private let opening = Locked(())
    private let bell = Bell()

    private init(_ files: LogFiles, _ id: StoreID, _ options: LogWriterOptions, _ lock: any FileLock) {
        self.files = files
        self.id = id
        self.options = options
        state = Locked(State(lock: lock))
    }

    // MARK: Opening

    static func open(_ files: LogFiles, _ options: LogWriterOptions) throws(LogError) -> StoreCore {
        let lock = try files.wrapped { () throws(FileError) in
            try files.files.createDirectory(files.directory)
            return try files.files.lock(files.path("LOCK"))
        }
        let core = StoreCore(files, try identity(of: files), options, lock)
        let number = startDetachedThread(named: "sinew-log") { core.run() }
        guard number == 0 else {
            throw LogError(FileError(.other, "start a thread for", files.directory, number: number))
        }
        return core
    }

    private static func identity(of files: LogFiles) throws(LogError) -> StoreID {
        let names = try files.wrapped { () throws(FileError) in try files.files.names(in: files.directory) }
        if names.contains(StoreHeader.fileName) {
            let bytes = try files.read(StoreHeader.fileName)
            do throws(CodecError) {
                return try StoreHeader(decoding: bytes).id
            } catch {
                throw LogError(.format, "'\(files.path(StoreHeader.fileName))': \(error)")
            }
        }
        guard !names.contains("logs") else {
            throw LogError(.format, "'\(files.directory)' has logs, and no file that says which store it is")
        }
        var random = SystemRandomNumberGenerator()
        let header = StoreHeader(id: StoreID(high: random.next(), low: random.next()), created: LogCore.time)
        try files.wrapped { () throws(FileError) in _ = try files.create(StoreHeader.fileName, with: header.encoded) }
        return header.id
    }

    func log(_ name: String) throws(LogError) -> LogCore {
        guard Self.isName(name) else { throw LogError(.name, "'\(name)'") }
        return try opening.withLock { _ throws(LogError) in
            let (known, isClosing) = state.withLock { state in
                if state.logs[name] == nil, !state.isClosing { state.opening += 1 }
                return (state.logs[name], state.isClosing)
            }
            if let known { return known }
            guard !isClosing else { throw LogError(.closed, "the store '\(files.directory)'") }
            defer {
                state.withLock { $0.opening -= 1 }
                bell.ring()
            }
            let core = try open(name)
            state.withLock { $0.logs[name] = core }
            return core
        }
    }

    private func open(_ name: String) throws(LogError) -> LogCore {
        let log = files.log(name)
        try log.wrapped { () throws(FileError) in try log.files.createDirectory(log.directory) }
        var random = SystemRandomNumberGenerator()
        let recovery = LogRecovery(of: log, store: id, number: LogFiles.number(of: name))
        let recovered = try recovery.recover(salt: random.next(), at: LogCore.time)
        let core = LogCore(name, log, recovered, options, bell)
        // Its epoch lasts before anybody appends.
        core.step(.tick)
        return core
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                    || [0x2D, 0x2E, 0x5F].contains(byte)
            }
    }

    // MARK: The commit thread

    private func run() {
        while true {
            let (logs, isClosing) = state.withLock { state in
                (state.logs.keys.sorted().compactMap { state.logs[$0] }, state.isClosing)
            }
            var deadline: Instant?
            for log in logs {
                log.step(isClosing ? .close : .tick)
                if let next = log.nextDeadline { deadline = deadline.map { min($0, next) } ?? next }
            }
            if isClosing, finish(logs.count) { return }
            bell.wait(atMost: deadline.map { LogCore.now.duration(to: $0) })
        }
    }

    /// Ends, unless another log was opened meanwhile.
    private func finish(_ closed: Int) -> Bool {
        let closers = state.withLock { state -> [@Sendable () -> Void]? in
            guard state.logs.count == closed, state.opening == 0 else { return nil }
            state.isOver = true
            state.lock = nil
            defer { state.closers = [] }
            return state.closers
        }
        // Whoever opens one rings when he is done.
        guard let closers else { return false }
        for tell in closers { tell() }
        return true
    }

    /// Ends the store; `tell` is called when everything lasts.
    func close(_ tell: (@Sendable () -> Void)? = nil) {
        let isOver = state.withLock { state in
            state.isClosing = true
            if let tell, !state.isOver { state.closers.append(tell) }
            return state.isOver
        }
        if isOver { tell?() }
        bell.ring()
    }
}
