// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// expected: cannot be applied to noncopyable types
import ZeroMQ

func copy(_ call: borrowing ReplyCall) {
    let copy = copy call
    _ = copy.request
}
