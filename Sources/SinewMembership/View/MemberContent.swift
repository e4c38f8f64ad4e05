// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// What a node says of itself: where it can be reached, and what else others should know.
///
/// Limits: 8 endpoints of 255 bytes, 16 attributes with names of 64 and values of 256 bytes, so that a record always
/// fits in one message of 8 KiB.
public struct MemberContent: Hashable, Sendable {
    /// A name and its value.
    public struct Attribute: Hashable, Sendable {
        /// The name.
        public let name: String
        /// The value.
        public let value: String

        /// Makes an attribute.
        ///
        /// - Parameters:
        ///   - name: The name, at most ``MemberContent/maximumNameBytes`` of UTF-8.
        ///   - value: The value, at most ``MemberContent/maximumValueBytes`` of UTF-8.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The largest number of endpoints.
    public static let maximumEndpoints = 8
    /// The largest size of an endpoint in UTF-8.
    public static let maximumEndpointBytes = 255
    /// The largest number of attributes.
    public static let maximumAttributes = 16
    /// The largest size of an attribute's name in UTF-8.
    public static let maximumNameBytes = 64
    /// The largest size of an attribute's value in UTF-8.
    public static let maximumValueBytes = 256

    /// Where the node can be reached, the best first: `tcp://10.0.0.7:5555`.
    public let endpoints: [String]
    /// What else others should know, in the order of the names' bytes.
    public let attributes: [Attribute]

    /// Nothing.
    public static let empty = MemberContent(unchecked: [], [])

    /// Says where a node can be reached.
    ///
    /// - Parameters:
    ///   - endpoints: Where, the best first.
    ///   - attributes: What else others should know, in any order.
    /// - Throws: ``MembershipError`` when there is more than the limits allow, or a name twice.
    public init(endpoints: [String], attributes: [Attribute] = []) throws(MembershipError) {
        guard endpoints.count <= Self.maximumEndpoints, attributes.count <= Self.maximumAttributes else {
            let most = "\(Self.maximumEndpoints) endpoints and \(Self.maximumAttributes) attributes"
            throw MembershipError(code: .overLimit, advice: "a record has at most \(most): leave some out")
        }
        for endpoint in endpoints where endpoint.utf8.count > Self.maximumEndpointBytes {
            let advice = "an endpoint has at most \(Self.maximumEndpointBytes) bytes, not \(endpoint.utf8.count)"
            throw MembershipError(code: .overLimit, advice: advice)
        }
        for attribute in attributes
        where attribute.name.utf8.count > Self.maximumNameBytes || attribute.value.utf8.count > Self.maximumValueBytes {
            let most = "\(Self.maximumNameBytes) bytes in its name and \(Self.maximumValueBytes) in its value"
            throw MembershipError(code: .overLimit, advice: "an attribute has at most \(most): shorten it")
        }
        let sorted = attributes.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (left, right) in zip(sorted, sorted.dropFirst()) where left.name.utf8.elementsEqual(right.name.utf8) {
            throw MembershipError(code: .duplicateAttribute, advice: "leave out one '\(left.name)'")
        }
        self.init(unchecked: endpoints, sorted)
    }

    /// Takes what was checked already.
    init(unchecked endpoints: [String], _ attributes: [Attribute]) {
        self.endpoints = endpoints
        self.attributes = attributes
    }

    /// The value of an attribute, or nil where there is none of this name.
    ///
    /// - Parameter name: The attribute's name.
    public subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
}
