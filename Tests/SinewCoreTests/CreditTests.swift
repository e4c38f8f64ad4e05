// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewCore
import TestSupport
import Testing

@Suite("Credit", .timeLimit(.minutes(1)))
struct CreditTests {
    private func position(_ messages: UInt64, _ bytes: UInt64) -> FlowPosition {
        FlowPosition(messages: messages, bytes: bytes)
    }

    @Test("Nothing is sent without a grant, and what is lacking has a name")
    func shortage() {
        var credit = Credit()
        var lack = credit.take(bytes: 1)
        #expect(lack == [.messages, .bytes])
        credit.grant(upTo: position(2, 10))
        lack = credit.take(bytes: 11)
        #expect(lack == .bytes && lack.isRetriable)
        #expect(credit.sent == position(0, 0))
        for _ in 0..<2 {
            lack = credit.take(bytes: 4)
            #expect(lack == [])
        }
        lack = credit.take(bytes: 2)
        #expect(lack == .messages)
        #expect(credit.inFlight == position(2, 8))
        #expect(credit.available == position(0, 2))
    }

    @Test("A grant that comes twice, late or in the wrong order grants nothing more")
    func repeated() {
        var credit = Credit()
        let grants = [position(3, 30), position(1, 10), position(3, 30), position(2, 90)]
        let news = grants.map { credit.grant(upTo: $0) }
        #expect(news == [true, false, false, true])
        #expect(credit.granted == position(3, 90))
        let lack = credit.take(bytes: 5)
        #expect(lack == [])
        credit.grant(upTo: position(1, 4))
        #expect(credit.available == position(2, 85))
    }

    @Test("A hostile grant neither overflows nor lifts the sender's own limit")
    func hostile() {
        var credit = Credit(limit: position(2, 100))
        credit.grant(upTo: position(.max, .max))
        #expect(credit.available == position(2, 100))
        var lacks: [CreditShortage] = []
        for bytes in [50, 101, .max, -5, 0] { lacks.append(credit.take(bytes: bytes)) }
        #expect(lacks == [[], [.bytes, .beyondLimit], [.bytes, .beyondLimit], [], .messages])
        #expect(!lacks[1].isRetriable)
        #expect(credit.inFlight == position(2, 50))
    }

    @Test("Acknowledged is no longer in flight; more than was sent is no acknowledgement")
    func acknowledgements() {
        var credit = Credit(limit: position(2, 100))
        credit.grant(upTo: position(10, 1000))
        for _ in 0..<2 { _ = credit.take(bytes: 10) }
        var news: [Bool] = []
        for place in [position(3, 20), position(2, 21), position(1, 10), position(1, 10), position(0, 0)] {
            news.append(credit.acknowledge(upTo: place))
        }
        #expect(news == [false, false, true, false, false])
        #expect(credit.refusedAcknowledgements == 2)
        #expect(credit.inFlight == position(1, 10))
        let lack = credit.take(bytes: 90)
        #expect(lack == [])
    }

    @Test("Never more in flight than granted and allowed, whatever the peer says", arguments: 0..<200 as Range<UInt64>)
    func property(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limit = position(.random(in: 0...9, using: &random), .random(in: 0...90, using: &random))
        var credit = Credit(limit: limit)
        // The model adds up what was taken, and keeps the largest of all grants.
        var sizes: [UInt64] = []
        var granted = position(0, 0)
        var acknowledged = position(0, 0)
        for step in 0..<300 {
            let place: Comment = "seed \(seed), step \(step)"
            let number = { () -> UInt64 in
                Int.random(in: 0..<20, using: &random) == 0 ? .max : .random(in: 0...UInt64(step), using: &random)
            }
            let sent = position(UInt64(sizes.count), sizes.reduce(0, +))
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                let grant = position(number(), number())
                credit.grant(upTo: grant)
                granted = position(max(granted.messages, grant.messages), max(granted.bytes, grant.bytes))
            case 1:
                let covered = position(number(), number())
                credit.acknowledge(upTo: covered)
                if covered.messages <= sent.messages, covered.bytes <= sent.bytes {
                    acknowledged = position(
                        max(acknowledged.messages, covered.messages),
                        max(acknowledged.bytes, covered.bytes)
                    )
                }
            default:
                let size = UInt64.random(in: 0...30, using: &random)
                let fits =
                    sent.messages + 1 <= granted.messages && sent.bytes + size <= granted.bytes
                    && sent.messages + 1 - acknowledged.messages <= limit.messages
                    && sent.bytes + size - acknowledged.bytes <= limit.bytes
                let lack = credit.take(bytes: Int(size))
                #expect(lack.isEmpty == fits, place)
                if fits { sizes.append(size) }
            }
            #expect(credit.sent == position(UInt64(sizes.count), sizes.reduce(0, +)), place)
            #expect(credit.granted == granted, place)
            #expect(credit.inFlight.messages <= limit.messages && credit.inFlight.bytes <= limit.bytes, place)
        }
    }

    @Test("A position moved on stays at the end")
    func saturation() {
        #expect(position(.max, 1).advanced(by: position(1, 2)) == position(.max, 3))
        #expect(position(1, 5).subtracting(position(2, 3)) == position(0, 2))
    }
}
