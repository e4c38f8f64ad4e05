// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

struct KeygenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make a CURVE key pair, as certificate files that czmq and pyzmq read, too.",
        discussion: """
            Writes DIR/NAME.key, which others get, and DIR/NAME.key_secret, which nobody else may read. Files that \
            exist are never replaced. The directory is made if it is missing.

            Example: sinew keygen keys --name server

            \(ExitStatus.shortHelp)
            """
    )

    @Argument(help: ArgumentHelp("Where to write.", valueName: "dir"), completion: .directory)
    var directory: String

    @Option(help: "The name of the files.")
    var name = "sinew"

    @Flag(help: "Print a JSON object.")
    var json = false

    func run() async throws {
        if let failure = Directory.make(directory) {
            throw CommandFailure(.cannotCreate, "the directory \(directory) cannot be made: \(failure)")
        }
        let keys = try CurveKeyPair.generate()
        let path = try save(CurveCertificate(keys: keys))
        let rows = [("public", path), ("secret", "\(path)_secret"), ("key", keys.publicKey.z85)]
        let output = Output()
        if json {
            let object = JSONText.object(rows.map { ($0.0, JSONText.string($0.1)) })
            return try await output.write(object + [0x0A])
        }
        try await output.write(rows.flatMap { Array("\($0.0)\t\($0.1)\n".utf8) })
    }

    private func save(_ certificate: CurveCertificate) throws -> String {
        do throws(ZMQError) {
            return try certificate.save(to: directory, name: name)
        } catch {
            guard ExitStatus(error) == .cannotCreate else { throw error }
            throw CommandFailure(
                .cannotCreate,
                "\(directory)/\(name).key or its secret is there already, and was left as it is; choose another --name"
            )
        }
    }
}
