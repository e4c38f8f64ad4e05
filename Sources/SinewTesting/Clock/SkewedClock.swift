// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// A node's clock: runs a little faster or slower than the time of the simulation, and may have jumped forward.
@usableFromInline
struct SkewedClock: Hashable, Sendable {
    @usableFromInline var globalBase: Int64 = 0
    @usableFromInline var localBase: Int64 = 0
    /// Parts in a million that it is too fast; between -500 000 and 1 000 000.
    @usableFromInline var partsPerMillion: Int64 = 0

    @inlinable
    init() {}

    /// What it shows at a time of the simulation that is not before its base.
    @inlinable
    func local(_ global: Int64) -> Int64 {
        let elapsed = global &- globalBase
        if partsPerMillion == 0 { return localBase.addingClamped(elapsed) }
        let whole = (elapsed / 1_000_000) &* partsPerMillion
        let rest = (elapsed % 1_000_000) &* partsPerMillion / 1_000_000
        return localBase.addingClamped(elapsed).addingClamped(whole &+ rest)
    }

    /// The first time of the simulation at which it shows this or later; the largest number for never.
    @inlinable
    func global(_ local: Int64) -> Int64 {
        if local <= localBase { return globalBase }
        let (ahead, overflow) = local.subtractingReportingOverflow(localBase)
        // More than 73 years ahead is never: nothing below can overflow.
        if overflow || ahead > 1 << 61 { return .max }
        if partsPerMillion == 0 { return globalBase.addingClamped(ahead) }
        let rate = 1_000_000 &+ partsPerMillion
        let whole = (ahead / rate) &* 1_000_000
        var global = globalBase.addingClamped(whole).addingClamped((ahead % rate) &* 1_000_000 / rate)
        // Rounding down is off by very few nanoseconds.
        for _ in 0..<4 where self.local(global) < local { global = global.addingClamped(1) }
        return global
    }

    /// Goes on from now with another rate, without a jump.
    @usableFromInline
    mutating func setRate(_ partsPerMillion: Int64, at global: Int64) {
        localBase = local(global)
        globalBase = global
        self.partsPerMillion = partsPerMillion
    }

    /// Jumps forward.
    @usableFromInline
    mutating func jump(by nanoseconds: Int64) { localBase = localBase.addingClamped(nanoseconds) }
}
