// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension AuthPolicy {
    /// What a policy says of a client at once, or whom it has to ask.
    enum Consideration {
        case decided(AuthDecision)
        case asksDirectory
        case asks(Verifier)
    }

    func consider(_ credentials: PeerCredentials) -> Consideration {
        switch rule {
        case .anyone: .decided(.accept)
        case .keys(let keys): .decided(credentials.publicKey.map(keys.contains) == true ? .accept : .refuse)
        case .passwords(let passwords): .decided(Self.matches(credentials, passwords) ? .accept : .refuse)
        case .directory: .asksDirectory
        case .verify(let verifier): .asks(verifier)
        }
    }

    private static func matches(_ credentials: PeerCredentials, _ passwords: [String: Password]) -> Bool {
        let known = credentials.username.flatMap { name -> Password? in
            // Swift takes two spellings of a letter for the same; whoever reads the user id's bytes does not.
            guard let index = passwords.index(forKey: name) else { return nil }
            return passwords[index].key.utf8.elementsEqual(name.utf8) ? passwords[index].value : nil
        }
        // Compared for an unknown name too, so that the time does not tell which names exist.
        let isRight = (known ?? Password("")) == (credentials.secret ?? Password(""))
        return known != nil && isRight
    }
}
