// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A password that does not show in descriptions and reflection.
struct Password: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    let text: String

    init(_ text: String) { self.text = text }

    /// Takes equally long for all passwords that a client can send, so that the time tells neither how much of one is
    /// right nor how long it has to be.
    static func == (left: Password, right: Password) -> Bool {
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { left in
            right.withUTF8 { right in
                var difference = left.count ^ right.count
                for index in 0..<max(256, left.count, right.count) {
                    let one = index < left.count ? unsafe left[index] : 0
                    let other = index < right.count ? unsafe right[index] : 0
                    difference |= Int(one ^ other)
                }
                return difference == 0
            }
        }
    }

    func hash(into hasher: inout Hasher) {}

    var description: String { "<password>" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
