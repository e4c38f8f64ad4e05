// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

public import SinewCore

/// A directory with logs, which one process writes.
///
/// One thread writes for all of them: what many tasks append at the same time is written and synchronised together, and
/// while that is done the next batch gathers.
///
/// ```swift
/// let store = try await LogStore.open("data")
/// let orders = try await store.log("orders")
/// let receipt = try await orders.append(LogEntry("book 7"))     // returns when it lasts
/// var reader = orders.reader(from: 0)
/// while let record = try reader.next() { print(record.offset, record.text) }
/// await store.close()
/// ```
public final class LogStore: Sendable {
    private let core: StoreCore

    private init(_ core: StoreCore) { self.core = core }

    deinit { core.close() }

    /// Where it is.
    public var directory: String { core.files.directory }

    /// Opens a store, or makes one.
    ///
    /// - Parameters:
    ///   - directory: Where it is; made if it is not there.
    ///   - options: How its logs are written.
    ///   - files: The file system.
    /// - Returns: The store.
    /// - Throws: `LogError`: `file` with a cause `locked` when somebody else has it, `format` for a directory of
    ///   something else.
    public static func open(
        _ directory: String,
        options: LogWriterOptions = LogWriterOptions(),
        files: any FileSystem = SystemFiles()
    ) async throws(LogError) -> LogStore {
        try await onThread { () throws(LogError) in
            LogStore(try StoreCore.open(LogFiles(files, in: directory), options))
        }
    }

    /// Opens a log of the store, or begins it.
    ///
    /// - Parameter name: What it is called: 1 to 64 letters, digits, dots, hyphens and underscores; not a dot first.
    /// - Returns: The log; for the same name the same one.
    /// - Throws: `LogError`: `name`, `corrupt`, `format`, `file`, `closed`.
    public func log(_ name: String) async throws(LogError) -> Log {
        try await onThread { [self] () throws(LogError) in Log(try core.log(name), of: self) }
    }

    /// Writes and synchronises what was appended, says in the logs that they were closed, and lets go of the directory.
    /// A store that nobody refers to any more does the same.
    public func close() async {
        await withCheckedContinuation { continuation in core.close { continuation.resume() } }
    }
}
