// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Which subjects and filters are allowed; see the reference of each.
public enum SubjectGrammar: Hashable, Sendable {
    /// What nats-server's own functions answer: tokens of any bytes but white space, separated by dots; `*` and `>` are
    /// wildcards only as whole tokens, and bytes like any other inside longer ones.
    case nats
    /// The same without what makes trouble: no wildcard characters inside tokens, no control bytes, only valid UTF-8, at
    /// most 32 tokens and 255 bytes.
    case strict
}
