// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBus
import SinewBusCore
import SinewCommandCore

/// What the tool says of an event.
struct BusEventText {
    /// What happened, in one word, as it is spelled in Swift.
    let name: String
    /// The numbers of the messages that it is about; nil for none.
    let range: ClosedRange<UInt64>?
    /// What else there is to say; empty for nothing.
    let detail: String

    init(_ kind: BusEvent.Kind) {
        switch kind {
        case .joined: self.init("joined")
        case .left: self.init("left")
        case .died: self.init("died")
        case .suspected: self.init("suspected")
        case .alive: self.init("alive")
        case .linkUp: self.init("linkUp")
        case .linkDown: self.init("linkDown")
        case .unreachable(let endpoint, let attempts):
            self.init("unreachable", detail: "\(endpoint), \(attempts) times in a row")
        case .refused(let refusal): self.init("refused", detail: "\(refusal.code), \(refusal.text)")
        case .turnedAway(let refusal): self.init("turnedAway", detail: "\(refusal.code), \(refusal.text)")
        case .dropped(let range, let reason): self.init("dropped", range, "\(reason)")
        case .inDoubt(let range): self.init("inDoubt", range)
        case .delivered(let range): self.init("delivered", range)
        case .lost(let range): self.init("lost", range)
        case .missed(let range): self.init("missed", range)
        case .publisherLost(let last): self.init("publisherLost", detail: last.map { "the last was \($0)" } ?? "")
        case .slowSubscriber(let filter, let range):
            self.init("slowSubscriber", range.sequences, "\(range.count) of '\(filter)' were dropped here")
        case .garbage(let what): self.init("garbage", detail: what)
        case .restarted: self.init("restarted")
        case .superseded: self.init("superseded")
        case .lagged(let count): self.init("lagged", detail: "\(count) events were left out")
        }
    }

    private init(_ name: String, _ range: ClosedRange<UInt64>? = nil, _ detail: String = "") {
        self.name = name
        self.range = range
        self.detail = detail
    }

    private init(_ name: String, detail: String) { self.init(name, nil, detail) }
}

extension BusEvent {
    /// One line, safe on a terminal: names and reasons come from other nodes.
    var text: String {
        let what = BusEventText(kind)
        let range = what.range.map { $0.count == 1 ? " \($0.lowerBound)" : " \($0.lowerBound)...\($0.upperBound)" }
        let line =
            (node.isEmpty ? "" : "\(node): ") + what.name + (range ?? "")
            + (what.detail.isEmpty ? "" : " (\(what.detail))")
        return String(decoding: PlainText.escape(Array(line.utf8), escapingTabs: true), as: UTF8.self)
    }

    /// One object.
    var json: [UInt8] {
        let what = BusEventText(kind)
        var members = [("event", JSONText.string(what.name)), ("node", JSONText.string(node))]
        if let range = what.range {
            members.append(("first", Array("\(range.lowerBound)".utf8)))
            members.append(("last", Array("\(range.upperBound)".utf8)))
        }
        if !what.detail.isEmpty { members.append(("detail", JSONText.string(what.detail))) }
        return JSONText.object(members)
    }
}
