// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

/// A file of a ``SimulatedDisk`` that is open.
final class SimulatedFile: OpenFile {
    private let disk: SimulatedDisk
    private let node: Int
    private let generation: Int
    private let path: String

    init(_ disk: SimulatedDisk, node: Int, generation: Int, _ path: String) {
        self.disk = disk
        self.node = node
        self.generation = generation
        self.path = path
    }

    private func using<Result>(
        _ body: (inout DiskState, inout DiskState.Node) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        try disk.state.withLock { state throws(FileError) in
            guard state.generation == generation, var file = state.nodes[node] else {
                throw FileError(.io, "use", path)
            }
            defer { state.nodes[node] = file }
            return try body(&state, &file)
        }
    }

    func size() throws(FileError) -> Int {
        try using { state, file throws(FileError) in
            try state.look("size", path)
            return file.current.count
        }
    }

    func read(_ count: Int, at position: Int, into buffer: inout [UInt8]) throws(FileError) -> Int {
        let bytes = try using { state, file throws(FileError) in
            try state.look("read", path)
            guard position < file.current.count else { return [] as ArraySlice<UInt8> }
            return file.current[position..<min(file.current.count, position + count)]
        }
        buffer.append(contentsOf: bytes)
        return bytes.count
    }

    func write(_ bytes: [UInt8], at position: Int) throws(FileError) {
        try using { state, file throws(FileError) in
            guard position <= file.current.count else { throw FileError(.other, "write", path) }
            do throws(FileError) {
                try state.change("write", path)
            } catch {
                // A disk that is full takes a part.
                if error.code == .noSpace { file.write(Array(bytes.prefix(bytes.count / 2)), at: position) }
                throw error
            }
            file.write(bytes, at: position)
        }
    }

    func synchronize() throws(FileError) {
        try using { state, file throws(FileError) in
            do throws(FileError) {
                try state.change("synchronise", path)
            } catch {
                // Whatever was to be written is taken for written from now on.
                if !state.isOff { file.forgetPending() }
                throw error
            }
            file.synchronize()
        }
    }

    func truncate(to size: Int) throws(FileError) {
        try using { state, file throws(FileError) in
            try state.change("truncate", path)
            file.truncate(to: size)
        }
    }

    func reserve(_ size: Int) throws(FileError) {
        try using { state, _ throws(FileError) in try state.change("reserve", path) }
    }
}
