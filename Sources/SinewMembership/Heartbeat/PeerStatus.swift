// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What is believed of a peer's life.
public enum PeerStatus: Hashable, Sendable {
    /// It was heard within the time that it announced, or is new and has not had that long to be heard.
    case alive
    /// It has been silent for longer than it announced; others may still hear it.
    case suspect
}
