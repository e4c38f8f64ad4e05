# This source file is part of the Sinew project: https://github.com/sinew-project/sinew
# SPDX-License-Identifier: Apache-2.0
"""What a peer of the bus makes of the frames that come to it. See bus_peer.py."""

import struct
import time

import bus_wire as wire
from bus_wire import DATA, Frame, Garbage, Item, Lane, Member, Reader, Record, Want, string, u64, varint


class Hears:
    def came_to_router(self, frames):
        """What others say over their links."""
        if len(frames) != 2 or len(frames[0]) != 30 or frames[0][:1] != b"S":
            return self.count("not of the bus")
        routing_id, reader = frames[0], Reader(frames[1])
        node, (incarnation, number, lane) = routing_id[1:17], struct.unpack(">QIB", routing_id[17:])
        try:
            version, kind, process = reader.byte(), reader.byte(), 0
            if version != 1:
                return self.refuse(routing_id, 1)
            process = reader.u64()
            if kind == Frame.HELLO and lane == Lane.CONTROL:
                return self.hello(routing_id, node, incarnation, number, process, reader)
            remote = self.remotes.get(node)
            if remote is None or (incarnation, number) != (remote.incarnation, remote.their_link):
                return self.count("goodbyes") if kind == Frame.GOODBYE else self.refuse(routing_id, 6)
            if process != self.incarnation:
                return self.count("for another process")
            remote.heard_at = time.monotonic()
            if lane == Lane.DATA and kind == DATA:
                self.came_data(remote, routing_id, reader)
            elif lane == Lane.CONTROL and kind in (Frame.MEMBERSHIP, Frame.INTEREST):
                answering = self.came_membership if kind == Frame.MEMBERSHIP else self.came_interest
                format, what, sender, to = reader.byte(), reader.byte(), reader.u64(), reader.u64()
                if format != 1 or sender != incarnation:
                    raise Garbage("a message inside of another version, or of somebody else")
                answering(remote, what, to, reader)
            elif lane == Lane.CONTROL and kind == Frame.POSITION:
                self.came_position(remote, *(reader.varint() for _ in range(3)))
            elif lane == Lane.CONTROL and kind == Frame.GOODBYE:
                self.left_behind(remote)
            else:
                raise Garbage("a frame that has no place here")
        except (Garbage, UnicodeDecodeError):
            self.refuse(routing_id, 8)

    def hello(self, routing_id, node, incarnation, number, process, reader):
        cluster, label = reader.string(64).decode(), reader.string(64).decode()
        reader.varint(), reader.varint(), reader.end()
        if cluster != self.cluster:
            return self.refuse(routing_id, 2)
        if node == self.id:
            later = incarnation > self.incarnation
            return self.refuse(routing_id, 3 if incarnation == self.incarnation else 10 if later else 4)
        if process not in (0, self.incarnation):
            return self.refuse(routing_id, 7)
        remote = self.remote(node, incarnation)
        if remote is None:
            return self.refuse(routing_id, 4)
        if remote.their_link is not None and number <= remote.their_link:
            return None if number == remote.their_link else self.refuse(routing_id, 6)
        remote.label, remote.their_link, remote.taken = label, number, 0
        received = b"\x01" + varint(remote.expected - 1) if remote.expected else b"\x00"
        head = bytes([1, Frame.WELCOME]) + u64(incarnation) + self.id + u64(self.incarnation)
        self.answer(routing_id, head + self.greeting() + received)
        if remote.link and remote.link.node:
            self.position(remote)

    def came_to_link(self, opened, frame):
        """The answer to a hello, or a refusal."""
        reader = Reader(frame)
        version, kind, process = reader.byte(), reader.byte(), reader.u64()
        if process != self.incarnation or (kind, version) != (Frame.WELCOME, 1) and kind != Frame.REFUSAL:
            return self.count("nonsense from a router")
        if kind == Frame.REFUSAL:
            code = reader.byte()
            self.refusals.append((code, reader.string(255).decode()))
            return self.lose(opened, 30 if code <= 4 else 0.1)
        node, opened.process = reader.take(16), reader.u64()
        _, label = reader.string(64), reader.string(64).decode()
        opened.maximum, opened.window = reader.varint(), reader.varint()
        opened.node, opened.granted = node, opened.window
        if reader.byte():  # What did not arrive is not sent again.
            self.count(f"welcomed with number {reader.varint()}")
        reader.end()
        remote = self.remote(node, opened.process)
        if opened in self.unknown:
            self.unknown.remove(opened)
        if remote is None or (remote.link and remote.link is not opened):
            return opened.close()
        remote.link, remote.label, remote.heard_at = opened, label, time.monotonic()
        self.position(remote)
        self.membership(remote, Member.HELLO, self.record().written())
        self.tell_interest(remote)

    def came_membership(self, remote, kind, to, reader):
        own = varint(1) + self.record().written()
        if to != self.incarnation and not (kind == Member.HELLO and to == 0):
            return self.membership(remote, Member.HELLO, self.record().written())
        if kind == Member.PING:
            _, version, content, _, flags = *(reader.varint() for _ in range(4)), reader.byte()
            if remote.record is None or content > remote.record.version:
                self.membership(remote, Member.PULL, varint(1) + remote.node)
            if flags & 1:
                self.ping(remote)
        elif kind == Member.HELLO:
            self.learn(Record.read(reader))
            self.membership(remote, Member.RECORDS, own)
        elif kind == Member.PULL:
            if self.id in [reader.take(16) for _ in range(reader.varint())]:
                self.membership(remote, Member.RECORDS, own)
        elif kind == Member.RECORDS:
            for _ in range(reader.varint()):
                self.learn(Record.read(reader))

    def learn(self, record):
        """Takes what is newer, and opens a link to whom it has none to."""
        if record.name == self.id:
            return
        if record.version == wire.GONE:
            if record.name in self.remotes and self.remotes[record.name].incarnation == record.incarnation:
                self.left_behind(self.remotes[record.name])
            return
        remote = self.remote(record.name, record.incarnation)
        if remote and (remote.record is None or remote.record.version < record.version):
            remote.record, remote.label = record, record.attributes.get("name", remote.label)
            if remote.link is None and not remote.retry_at:
                remote.retry_at = time.monotonic()

    def left_behind(self, remote):
        """It has said that it leaves, in its last record or with a goodbye: the first of them counts."""
        self.departed.append(remote.label)
        self.forget(remote.node, is_gone=True)

    def came_interest(self, remote, kind, to, reader):
        if to != self.incarnation:
            self.count("for another process")
        elif kind in (Want.CONFIRMATION, Want.PROGRESS, Want.REPAIR, Want.REFUSAL):
            self.came_answer(remote, kind, reader)
        elif not self.faults.get("deaf"):
            self.came_wish(remote, kind, reader)

    def came_answer(self, remote, kind, reader):
        """How far the other is with what this peer wants; progress is of no use to who sends one part only."""
        _, version = reader.varint(), reader.varint()
        if kind == Want.CONFIRMATION:
            remote.confirmed = version
        elif kind == Want.REPAIR:
            remote.confirmed = version
            self.tell_interest(remote, doubted=reader.byte() == 1)

    def came_wish(self, remote, kind, reader):
        """What the other wants."""

        def reply(what, *numbers, end=b""):
            self.interest(remote, what, b"".join(map(varint, (remote.session, *numbers))) + end)

        since = reader.varint() if kind == Want.DELTA else None
        total = wire.read_summary(reader)
        if total[0] < remote.version:
            return reply(Want.CONFIRMATION, remote.version)
        interests = list(remote.interests)
        if kind == Want.SNAPSHOT:
            offset, part = reader.varint(), [wire.read_interest(reader) for _ in range(reader.varint())]
            remote.parts = remote.parts[:offset] + part if offset <= len(remote.parts) else []
            if len(remote.parts) < total[1]:
                return reply(Want.PROGRESS, total[0], len(remote.parts))
            interests, remote.parts = remote.parts, []
        elif kind == Want.DELTA and since == remote.version:
            for added, interest in [wire.read_change(reader) for _ in range(reader.varint())]:
                interests.append(interest) if added else interests.remove(interest)
        if (len(interests), wire.interest_hash(interests, total[0])) == total[1:]:
            remote.version, remote.interests = total[0], interests
            reply(Want.CONFIRMATION, remote.version)
        elif kind == Want.SNAPSHOT:
            remote.session += 1
        elif total[0] == remote.version or since == remote.version:
            remote.session, remote.version, remote.interests = remote.session + 1, 0, []
            reply(Want.REPAIR, 0, end=b"\x01")
        else:
            reply(Want.REPAIR, remote.version, end=b"\x00")

    def came_position(self, remote, number, received, granted):
        opened = remote.link
        if not opened or number != opened.number or granted > opened.sent + opened.window or received >= remote.next:
            return self.count("positions that say nothing")
        opened.granted = max(opened.granted, granted)
        remote.received = received

    def came_data(self, remote, routing_id, reader):
        first, items = wire.read_data_frame(reader)
        if remote.expected and first < remote.expected:
            raise Garbage("numbers that were there before")
        if remote.expected and first > remote.expected:
            self.count("missed")
        remote.taken += len(reader.raw)
        remote.expected = first + len(items)
        for number, item in enumerate(items, first):
            self.came_item(remote, number, item)
        if remote.taken - remote.told > self.window // 4 and remote.link:
            self.position(remote)

    def came_item(self, remote, number, item):
        if item.type == 1:
            subject, payload = item.subject.decode(), item.payload.decode(errors="replace")
            wanted = [(one, group) for one, group in self.interests if wire.matches(item.subject, one)]
            plain = 0 if item.flags & wire.GROUPS_ALONE else sum(not group for _, group in wanted)
            chosen = sorted({group for _, group in wanted if group in item.groups})
            payload += "".join(f" {key.decode()}={value.decode()}" for key, value in item.headers)
            if item.flags & wire.REQUEST:
                suffix = next((self.responders[one] for one, _ in wanted if one in self.responders), None)
                reply = Item(2, wire.LAST, request=item.request, payload=item.payload + (suffix or "").encode())
                if suffix is None:
                    reply.flags, reply.status, reply.payload = wire.LAST | wire.FAILURE, 1, b"nobody answers here"
                if remote.link and remote.link.node:
                    self.data(remote, [reply])
            else:
                self.inbox += [f"{remote.label} {number} {subject} {payload}"] * (plain + len(chosen))
                if not plain and not chosen:
                    self.count("unwanted")
        elif item.type == 2 and item.request in self.asked:
            if item.status != 5:
                text = item.payload.decode(errors="replace")
                self.asked[item.request][0].append(f"{remote.label} {item.status} {text}")
            if item.flags & wire.LAST:
                self.asked[item.request][1] -= 1
        else:
            self.count(f"records of type {item.type}")
