// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a node of the tool is told: by flags, the environment or a file. What is not said is nil, or empty.
package struct BusSettings: Sendable, Hashable {
    /// What the node is called.
    package var name: String?
    /// The cluster's name.
    package var cluster: String?
    /// Where others reach the node.
    package var bind: String?
    /// Where others may be.
    package var seeds: [String]

    /// Makes settings; those left out are not said.
    package init(name: String? = nil, cluster: String? = nil, bind: String? = nil, seeds: [String] = []) {
        self.name = name
        self.cluster = cluster
        self.bind = bind
        self.seeds = seeds
    }

    /// These settings, and for what they do not say those of another source. Seeds of two sources are not mixed.
    package func over(_ other: BusSettings) -> BusSettings {
        BusSettings(
            name: name ?? other.name,
            cluster: cluster ?? other.cluster,
            bind: bind ?? other.bind,
            seeds: seeds.isEmpty ? other.seeds : seeds
        )
    }
}

extension BusSettings {
    /// The variables of the environment that say something.
    package static let variables = ["SINEW_BUS_NAME", "SINEW_BUS_CLUSTER", "SINEW_BUS_BIND", "SINEW_BUS_SEEDS"]

    /// Reads the environment. A variable that is empty says nothing; seeds have commas or blanks between them.
    ///
    /// - Parameter value: The value of a variable, nil for one that there is not.
    package init(environment value: (String) -> String?) {
        let values = Self.variables.map { name in value(name).flatMap { $0.isEmpty ? nil : $0 } }
        self.init(
            name: values[0],
            cluster: values[1],
            bind: values[2],
            seeds: (values[3] ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init)
        )
    }
}
