// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

import SinewBusCore
import SinewCore
import SinewMembership
import ZeroMQ

extension NodeCore {
    /// How a look at a data frame ended.
    private enum Look {
        case unknownLink
        case taken(InboundLane.Taken, ProcessID, String, isHeard: Bool)
    }

    /// Takes in what has come to the ROUTER.
    func receive(_ messages: [RoutedMessage]) {
        for message in messages {
            guard let (link, lane) = LinkID.parse(routingID: message.peer.bytes.span) else {
                counters.foreign.add()
                continue
            }
            guard !message.message.isMultipart else {
                garbage(over: link, "a message of several frames")
                continue
            }
            switch lane {
            case .control: receiveControl(message.message.first, over: link)
            case .data: receiveData(message.message.first, over: link)
            }
        }
    }

    func garbage(over link: LinkID, _ what: String) {
        counters.undecodable.add()
        tell(BusEvent(.garbage(what), process: ProcessID(link.node, link.incarnation)))
        step(.undecodable(from: link))
    }

    // MARK: Control

    private func receiveControl(_ frame: Frame, over link: LinkID) {
        let bytes = frame.array
        if let version = ControlFrame.version(of: bytes.span), version != ControlFrame.wireVersion {
            return step(.otherVersion(version, from: link))
        }
        do throws(CodecError) {
            step(.received(try ControlFrame(decoding: bytes[...], limits: options.controlLimits), from: link))
        } catch {
            garbage(over: link, "\(error)")
        }
    }

    /// What a peer says on the control lane of one of our links.
    func answered(_ message: Message, on link: UInt32) {
        do throws(CodecError) {
            step(.answered(try ControlFrame(decoding: message.array[...], limits: options.controlLimits), on: link))
        } catch {
            counters.undecodable.add()
        }
    }

    // MARK: Data

    private func receiveData(_ frame: Frame, over link: LinkID) {
        counters.framesReceived.add()
        if let version = ControlFrame.version(of: frame.bytes), version != ControlFrame.wireVersion {
            return step(.otherVersion(version, from: link))
        }
        guard frame.byteCount <= options.maximumFrameBytes else { return step(.flooded(link)) }
        let head: DataFrameHead
        do throws(CodecError) {
            head = try DataFrameHead(decoding: frame.bytes, maximumBytes: options.maximumFrameBytes)
        } catch {
            return garbage(over: link, "\(error)")
        }
        // What was meant for an earlier process at this endpoint is not ours.
        guard head.destination == incarnationNow else { return step(.unknownLink(link)) }
        let size = frame.byteCount
        let now = Monotonic.now
        let look = inbound.withLock { state in
            state.with(link) { sender -> Look in
                let taken = sender.lane.take(first: head.first, count: head.count, bytes: size)
                let isHeard = sender.heardAt.nanoseconds(to: now) > 100_000_000
                if isHeard { sender.heardAt = now }
                return .taken(taken, sender.process, sender.name, isHeard: isHeard)
            } ?? .unknownLink
        }
        switch look {
        case .unknownLink: step(.unknownLink(link))
        case .taken(.flood, _, _, _): step(.flooded(link))
        case .taken(.contradiction, _, _, _): garbage(over: link, "message \(head.first) once more")
        case .taken(.next(let missed), let process, let name, let isHeard):
            if let missed {
                counters.missed.add(missed.count)
                tell(BusEvent(.missed(missed), node: name, process: process))
            }
            let origin = MessageOrigin(frame: frame, publisher: process, publisherName: name, first: head.first)
            let isHeldBack = deliver(origin, head, over: link)
            consumed(size, over: link, isHeldBack: isHeldBack)
            // Last, because it may turn out that this process is taken for dead: what came before is still its own.
            if isHeard { step(.heard(link)) }
        }
    }

    /// The messages of a frame have found their place: its sender may send as much more, unless one of them waits at a
    /// subscription that holds back. Small steps are told together, soon.
    private func consumed(_ size: Int, over link: LinkID, isHeldBack: Bool) {
        let (position, comeBack) = inbound.withLock { $0.consumed(size, over: link, isHeldBack: isHeldBack) }
        if let position { step(.position(link, received: position.0, granted: position.1)) }
        if comeBack { positionAlarm.schedule(0, at: Monotonic.now.advanced(by: .milliseconds(25))) }
        // The reader may have taken everything before this frame was held, and would not come back.
        if isHeldBack {
            mayHold.set(1)
            releaseHeld()
        }
    }

    /// Tells the control machine how far lanes are.
    func tellPositions() {
        for (link, received, granted) in inbound.withLock({ $0.takeUntold() }) {
            step(.position(link, received: received, granted: granted))
        }
    }

    /// Has the records of a frame go where they belong; whether a subscription holds back.
    @discardableResult
    func deliver(_ origin: MessageOrigin, _ head: DataFrameHead, over link: LinkID? = nil) -> Bool {
        var others: [(Record, Int)] = []
        var failure: CodecError?
        let staged = local.withLock { state in
            stage(origin, head, in: &state, others: &others, failure: &failure)
            return state.takeStaged()
        }
        // Before the messages are handed over: a responder that gets a request which is not in the table yet takes it
        // for one that nobody waits for any more.
        for (record, responders) in others { take(record, responders, of: origin) }
        var isHeldBack = false
        for (subscription, messages) in staged {
            hand(messages, of: origin, to: subscription)
            if subscription.holdsBack { isHeldBack = true }
        }
        if let failure {
            if let link { garbage(over: link, "\(failure)") } else { counters.undecodable.add() }
        }
        return isHeldBack
    }

    /// Reads the records of a frame, and lays messages out for their subscriptions.
    private func stage(
        _ origin: MessageOrigin,
        _ head: DataFrameHead,
        in state: inout LocalState,
        others: inout [(Record, Int)],
        failure: inout CodecError?
    ) {
        let whole = origin.frame
        let frame = whole.bytes
        var reader = RecordReader(head)
        var position: UInt32 = 0
        let isForeign = origin.publisher.node != id
        do throws(CodecError) {
            while let record = try reader.next(in: frame) {
                defer { position &+= 1 }
                guard record.kind == .message else {
                    others.append((record, 0))
                    continue
                }
                // "$SINEW.": what a node says of what it sees itself, and no peer in its name.
                if isForeign, Self.isReserved(record, in: frame) {
                    counters.reserved.add()
                    continue
                }
                let staged = state.stage(QueuedMessage(record, position: position), record, in: frame)
                if staged?.count ?? 0 == 0 { unwanted(isSubject: staged != nil) }
                // Who asks is also told that nobody here answers.
                if record.isRequest { others.append((record, staged?.responders ?? 0)) }
            }
        } catch {
            failure = error
        }
        counters.received.add(Int(position))
    }

    /// A message that nobody here wants: its sender knew an older version of our interest, or lies.
    private func unwanted(isSubject: Bool) {
        if isSubject { counters.unwanted.add() } else { counters.undecodable.add() }
    }

    private static func isReserved(_ record: Record, in frame: Span<UInt8>) -> Bool {
        let subject = record.subject.bytes(in: frame)
        // Nearly no subject begins like that.
        guard subject.count > 0, subject[0] == 0x24 else { return false }
        return record.subject.array(in: frame).starts(with: reserved)
    }

    /// Gives messages to a subscription, and tells what was dropped there.
    func hand(_ messages: ContiguousArray<QueuedMessage>, of origin: MessageOrigin, to subscription: SubscriptionCore) {
        counters.delivered.add(messages.count)
        let delivered = subscription.deliver(messages, of: origin)
        for range in delivered.drops {
            counters.droppedBySubscriptions.add(Int(clamping: range.count))
            let kind = BusEvent.Kind.slowSubscriber(filter: "\(subscription.interest)", range)
            tell(BusEvent(kind, node: origin.publisherName, process: range.publisher))
        }
        if delivered.isOver { unsubscribe(subscription) }
        if subscription.isResponder { responders.withLock { $0[subscription.number] }?.pump() }
    }

    /// A reader has taken what waited: lanes that were held back because of it may go on.
    func taken(by subscription: SubscriptionCore) {
        if subscription.isHolding, mayHold.value == 1 { releaseHeld() }
    }

    /// Grants what was held back, unless a subscription still holds back.
    private func releaseHeld() {
        guard !local.withLock({ $0.all }).contains(where: \.holdsBack) else { return }
        // First this: who holds one back after the next line says so, and comes here himself.
        mayHold.set(0)
        for (link, received, granted) in inbound.withLock({ $0.release() }) {
            step(.position(link, received: received, granted: granted))
        }
    }
}
