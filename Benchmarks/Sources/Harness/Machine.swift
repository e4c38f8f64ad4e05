// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The machine a run was made on, in one line, without its name.
package func machineDescription() -> String {
    var processor = "unknown processor"
    if let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
        let colon = line.firstIndex(of: ":")
    {
        processor = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    let info = ProcessInfo.processInfo
    let memory = (Double(info.physicalMemory) / 1_073_741_824).rounded()
    return "\(processor), \(info.activeProcessorCount) cores, \(Int(memory)) GiB, \(info.operatingSystemVersionString)"
}
