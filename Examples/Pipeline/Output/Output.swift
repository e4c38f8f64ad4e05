// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Writes a line to standard error.
func note(_ text: String) {
    writeToStandardError("pipeline: \(text)\n")
}

/// Writes to standard error, as it is. A reader that went away is no reason to stop.
func writeToStandardError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
}

extension Duration {
    /// The duration in seconds with two digits after the point.
    var inSeconds: String {
        let hundredths = components.seconds * 100 + components.attoseconds / 10_000_000_000_000_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
