// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import Testing
import ZeroMQ

/// Each cell of Documentation/high-water-marks.md is measured, and the page says what was measured.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HighWaterMarkTableTests {
    /// What a type does at its mark, and what its full receiver does to it: a pair of sockets shows both.
    @Test(arguments: MarkPair.allCases, MarkTransport.allCases)
    func cells(pair: MarkPair, transport: MarkTransport) async throws {
        let column = try #require(MarkTransport.allCases.firstIndex(of: transport))
        let sending = try #require(MarkRow.row(pair.rows.sending))
        let receiving = try #require(MarkRow.row(pair.rows.receiving))
        for access in pair.hasExclusiveAccess ? MarkAccess.allCases : [.tasks] {
            let measurement = MarkMeasurement(transport: transport, access: access, marks: Marks(of: pair))
            let reaction = try await measurement.reaction(of: pair)
            #expect(sending.sending[column] == reaction, "\(sending.socket) sends, \(access)")
            #expect(receiving.receiving[column].receiving == reaction.receiving, "\(receiving.socket), \(access)")
        }
    }

    /// No cell is there that no pair of sockets shows. (That PULL cannot send is a matter of types.)
    @Test func everyCellIsMeasured() {
        let sent = Set(MarkPair.allCases.map(\.rows.sending))
        let received = Set(MarkPair.allCases.map(\.rows.receiving))
        #expect(MarkRow.all.count == 12)
        for row in MarkRow.all {
            #expect(row.sending.count == 3 && row.receiving.count == 3)
            #expect(sent.contains(row.socket) == row.sending.allSatisfy { $0 != .nothing }, "\(row.socket)")
            #expect(received.contains(row.socket) == row.receiving.allSatisfy { $0 != .nothing }, "\(row.socket)")
        }
        #expect(Set(MarkOptionRow.all.map(\.option)) == Set(MarkOption.allCases))
    }

    @Test func pageSaysWhatIsMeasured() throws {
        let types = try MarkPage.rows(under: "Socket types")
        #expect(Set(types.keys) == Set(MarkRow.all.map(\.socket)))
        for row in MarkRow.all { #expect(types[row.socket] == row.cells, "\(row.socket)") }
        let options = try MarkPage.rows(under: "What changes it")
        #expect(Set(options.keys) == Set(MarkOption.allCases.map(\.rawValue)))
        for row in MarkOptionRow.all {
            #expect(options[row.option.rawValue] == row.reactions.map(\.sending), "\(row.option.rawValue)")
        }
    }
}
