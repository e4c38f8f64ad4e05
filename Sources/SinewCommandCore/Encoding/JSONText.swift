// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Writes the JSON that the tool prints.
package enum JSONText {
    /// A string in quotes.
    package static func string(_ text: String) -> [UInt8] {
        var json: [UInt8] = [UInt8(ascii: "\"")]
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += Array(#"\""#.utf8)
            case "\\": json += Array(#"\\"#.utf8)
            case "\n": json += Array(#"\n"#.utf8)
            case "\r": json += Array(#"\r"#.utf8)
            case "\t": json += Array(#"\t"#.utf8)
            // Control characters, those of the upper half too, which a terminal may obey.
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
                json += Array(#"\u00"#.utf8) + Hex.encode([UInt8(scalar.value)])
            default: json += Array(UTF8.encode(scalar)!)
            }
        }
        json.append(UInt8(ascii: "\""))
        return json
    }

    /// Bytes: a string when they are UTF-8, else an object with their base64.
    package static func bytes(_ bytes: [UInt8]) -> [UInt8] {
        if let text = String(validating: bytes, as: UTF8.self) { return string(text) }
        return Array(#"{"base64":""#.utf8) + Base64.encode(bytes) + Array(#""}"#.utf8)
    }

    /// An object on one line.
    package static func object(_ members: [(String, [UInt8])]) -> [UInt8] {
        var json: [UInt8] = [UInt8(ascii: "{")]
        for (index, (name, value)) in members.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json += string(name) + [UInt8(ascii: ":")] + value
        }
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// A list.
    package static func array(_ values: [[UInt8]]) -> [UInt8] {
        [UInt8(ascii: "[")] + Array(values.joined(separator: [UInt8(ascii: ",")])) + [UInt8(ascii: "]")]
    }
}
