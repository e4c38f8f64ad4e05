// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import SinewMembership
import SinewSubjects

/// Interests and names for tests.
enum InterestSamples {
    static func interest(_ filter: String, group: String? = nil) throws -> Interest {
        Interest(try SubjectFilter(filter), group: try group.map { try QueueGroup($0) })
    }

    /// A few dozen that differ in filter, group or both.
    static func universe() throws -> [Interest] {
        var all: [Interest] = []
        for filter in ["a", "a.b", "a.*", "a.>", "b.c.d", "*", ">", "orders.us.new", "orders.*.new", "x.y"] {
            for group in [nil, "q", "workers"] { all.append(try interest(filter, group: group)) }
        }
        return all
    }

    static func node(_ number: UInt64) -> NodeID { NodeID(high: 0, low: number) }
}

enum SubjectFilters {
    static func numbered(_ number: Int) -> SubjectFilter { SubjectFilter(stringLiteral: "sample.\(number).>") }
}
