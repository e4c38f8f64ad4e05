// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SinewCommandCore
import ZeroMQ

/// Encryption, and who may come.
struct CurveOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file with this side's secret key, as `sinew keygen` makes it (NAME.key_secret).",
            valueName: "file"
        ),
        completion: .file(extensions: ["key_secret"])
    )
    var curveSecret: String?

    // A key may begin with a dash.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Be a CURVE client of the server with this public key (40 characters of Z85, in single quotes). Without \
            --curve-secret a key is made up, which only a server with --curve-allow-any accepts.
            """,
            valueName: "key"
        )
    )
    var curveServerKey: String?

    @Option(
        help: ArgumentHelp(
            """
            Be a CURVE server for clients whose public certificate (NAME.key) is in this directory, which is read \
            again for each new connection. An empty one refuses everybody. Needs --curve-secret.
            """,
            valueName: "dir"
        ),
        completion: .directory
    )
    var curveAllow: String?

    @Flag(help: "Be a CURVE server for every client that knows the public key. Needs --curve-secret.")
    var curveAllowAny = false

    var isServer: Bool { curveAllow != nil || curveAllowAny }

    /// Whether they go together.
    func check() throws {
        guard !(curveAllow != nil && curveAllowAny) else {
            throw ValidationError("--curve-allow and --curve-allow-any exclude each other")
        }
        if isServer, curveSecret == nil {
            throw ValidationError("a CURVE server needs --curve-secret FILE; make one with: sinew keygen DIR")
        }
        if curveSecret != nil, !isServer, curveServerKey == nil {
            throw ValidationError(
                "--curve-secret alone is no security: add --curve-server-key KEY (client), or --curve-allow DIR or "
                    + "--curve-allow-any (server)"
            )
        }
        if let curveServerKey {
            do { _ = try CurvePublicKey(z85: curveServerKey) } catch {
                let isPath = curveServerKey.contains(".key")
                let advice = "; give the key itself in single quotes, the public-key of the file that ends in .key"
                throw ValidationError("--curve-server-key: \(error)\(isPath ? advice : "")")
            }
        }
    }

    /// A socket is one or the other.
    func checkForOneSocket() throws {
        guard !(isServer && curveServerKey != nil) else {
            throw ValidationError(
                "a socket is a CURVE server (--curve-allow) or a client (--curve-server-key), not both"
            )
        }
    }

    /// The security of a socket.
    ///
    /// - Parameter asServer: Which of the two, where both were asked for.
    func security(asServer: Bool? = nil) throws -> SocketSecurity {
        let keys = try curveSecret.map(keys(in:))
        if asServer ?? isServer, isServer, let keys {
            return .curveServer(secretKey: keys.secretKey, accepting: try policy())
        }
        guard let curveServerKey else { return .null }
        return .curveClient(serverKey: try CurvePublicKey(z85: curveServerKey), keys: try keys ?? .generate())
    }

    private func keys(in path: String) throws -> CurveKeyPair {
        guard let keys = try CurveCertificate(contentsOfFile: path).keys else {
            throw CommandFailure(.configuration, "\(path) has no secret key; give the file that ends in .key_secret")
        }
        return keys
    }

    private func policy() throws -> AuthPolicy {
        guard let curveAllow else { return .anyone }
        switch Directory.survey(curveAllow, suffix: ".key") {
        case .success(let survey) where survey.isOpenToAll:
            let advice = "everybody may write there, and nobody would be let in; chmod o-w it"
            throw CommandFailure(.noPermission, "--curve-allow \(curveAllow): \(advice)")
        case .success(let survey):
            if survey.files == survey.unusable {
                note("\(curveAllow) has no certificates (*.key): nobody is let in until there is one")
            }
            guard survey.unusable > 0 else { break }
            note(
                "\(curveAllow): \(survey.unusable) files *.key are not read: links, or wrong permissions; "
                    + "copy them there"
            )
        case .failure(let failure):
            throw CommandFailure(.noInput, "--curve-allow \(curveAllow): \(failure); nobody could be let in")
        }
        return .directory(curveAllow)
    }
}
