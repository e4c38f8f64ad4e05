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

    /// Whether a folder has an entry that ends in `suffix`.
    static func contains(suffix: String, in path: String) -> Result<Bool, SystemFailure> {
        guard let folder = unsafe opendir(path) else { return .failure(.last) }
        defer { unsafe closedir(folder) }
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(suffix), !name.hasPrefix(".") { return .success(true) }
        }
        return .success(false)
    }
}
