// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Folders with certificates.
enum Directory {
    /// Makes a folder that only its owner can look into; one that exists is left as it is.
    static func make(_ path: String) -> SystemFailure? {
        guard unsafe mkdir(path, 0o700) != 0, errno != EEXIST else { return nil }
        return .last
    }

    /// What is in a folder of certificates.
    struct Survey {
        /// How many files have the suffix.
        var files = 0
        /// How many of them are not read: links, files that others may write, and such without permission to read.
        var unusable = 0
        /// Whether everybody may write files there.
        var isOpenToAll = false
    }

    /// Looks at the files of a folder whose names end in `suffix`.
    static func survey(_ path: String, suffix: String) -> Result<Survey, SystemFailure> {
        guard let folder = unsafe opendir(path) else { return .failure(.last) }
        defer { unsafe closedir(folder) }
        var survey = Survey()
        survey.isOpenToAll = Descriptor.mode(of: unsafe dirfd(folder)).map { $0 & 0o002 != 0 } ?? false
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(suffix), !name.hasPrefix(".") else { continue }
            survey.files += 1
            if !isUsable("\(path)/\(name)") { survey.unusable += 1 }
        }
        return .success(survey)
    }

    private static func isUsable(_ path: String) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, UInt32(status.st_mode) & UInt32(S_IFMT) == UInt32(S_IFREG) else {
            return false
        }
        guard UInt32(status.st_mode) & 0o002 == 0 else { return false }
        return unsafe access(path, R_OK) == 0
    }
}
