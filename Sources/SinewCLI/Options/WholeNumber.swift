// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Reads a number; the error says what is wrong with it.
@Sendable func wholeNumber(from text: String) throws -> Int {
    guard let number = Int(text) else { throw ValidationError("'\(text)' is not a whole number") }
    return number
}
