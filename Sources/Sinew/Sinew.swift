// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

// The whole package under one name; the only re-exports there are.
@_exported public import SinewBus
@_exported public import SinewBusCore
@_exported public import SinewCore
@_exported public import SinewMembership
@_exported public import SinewSubjects
@_exported public import ZeroMQ
