// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// expected: overflows when stored into 'Endpoint.Port'
import ZeroMQ

let endpoint = Endpoint.tcp("127.0.0.1", port: 99999)
