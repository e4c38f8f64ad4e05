// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

internal import CZeroMQ

/// From whom a bound socket accepts `ipc` connections. Whoever has one of the ids listed is accepted; with no id at all
/// in any of the lists, everybody is. Who is refused is not told, and keeps trying.
///
/// It needs a system that tells who is at the other end of a UNIX-domain socket (Linux; libzmq's packages for macOS may
/// be built without): elsewhere making the socket throws ``ZMQError/Code/notSupported``.
public struct IPCFilter: Sendable, Hashable {
    /// Users. libzmq: `ZMQ_IPC_FILTER_UID`.
    public var userIDs: Set<UInt32>
    /// Groups: the peer's own one, and those that list its user among their members. libzmq: `ZMQ_IPC_FILTER_GID`.
    public var groupIDs: Set<UInt32>
    /// Processes. Linux only. libzmq: `ZMQ_IPC_FILTER_PID`.
    public var processIDs: Set<Int32>

    /// Everybody, or some.
    public init(userIDs: Set<UInt32> = [], groupIDs: Set<UInt32> = [], processIDs: Set<Int32> = []) {
        self.userIDs = userIDs
        self.groupIDs = groupIDs
        self.processIDs = processIDs
    }

    func apply(to writer: OptionWriter) throws(ZMQError) {
        for id in userIDs { try writer.add(ZMQ_IPC_FILTER_UID, "ipcFilter.userIDs", id) }
        for id in groupIDs { try writer.add(ZMQ_IPC_FILTER_GID, "ipcFilter.groupIDs", id) }
        for id in processIDs { try writer.add(ZMQ_IPC_FILTER_PID, "ipcFilter.processIDs", id) }
    }
}
