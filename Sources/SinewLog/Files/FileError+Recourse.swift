// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore

extension FileError {
    /// The same as an error after which a writer cannot go on, also where it says that there was no space: because what
    /// was written before may be lost, or what was to be made be there.
    var withoutRecourse: FileError { FileError(code == .noSpace ? .io : code, operation, path, number: number) }
}
