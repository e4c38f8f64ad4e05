# This source file is part of the Sinew project: https://github.com/sinew-project/sinew
# SPDX-License-Identifier: Apache-2.0
"""A minimal peer of the bus, written from Documentation/wire-format.md alone, and driven by a test; see link.py.

It does what "A minimal peer" says there. It publishes, so it keeps the interest of others; it does not gossip.
The bytes are in bus_wire.py, what it makes of what comes in bus_hears.py, and what it says and when in bus_node.py.
"""

import bus_wire as wire
import link
from bus_node import SECOND, BusNode
from bus_wire import Frame, Item, Lane, Member, Want, varint


class BusPeer(BusNode):
    def linked(self, count=1):
        """Waits for links both ways with so many processes, which have confirmed what this peer wants."""

        def ready(each):
            return each.link and each.link.node and each.their_link is not None and each.confirmed == len(self.changes)

        self.until(lambda: sum(bool(ready(each)) for each in self.remotes.values()) == count, f"linked with {count}")
        return {"texts": sorted(each.label for each in self.remotes.values() if ready(each))}

    def subscribe(self, filter, group="", suffix=None):
        """Wants something, and answers requests for it with their payload and the suffix."""
        self.changes.append((True, (filter.encode(), group.encode())))
        if suffix is not None:
            self.responders[filter.encode()] = suffix
        for remote in self.remotes.values():
            self.tell_interest(remote)

    def unsubscribe(self, filter, group=""):
        self.changes.append((False, (filter.encode(), group.encode())))
        for remote in self.remotes.values():
            self.tell_interest(remote)

    def takers(self, subject):
        """Who wants a subject, and for which queue groups each is chosen."""
        plain, groups = [], {}
        for remote in self.remotes.values():
            wanted = [group for one, group in remote.interests if wire.matches(subject.encode(), one)]
            if wanted and remote.link and remote.link.node:
                plain.append((remote, b"" in wanted))
                for group in filter(None, wanted):
                    groups.setdefault(group, remote)
        chosen = [(remote, [each for each in groups if groups[each] is remote], has) for remote, has in plain]
        return [(remote, named) for remote, named, has in chosen if named or has]

    def doubt(self):
        """Throws away what is known of the others' interest."""
        for remote in self.remotes.values():
            remote.session, remote.version, remote.interests = remote.session + 1, 0, []
            self.interest(remote, Want.REPAIR, varint(remote.session) + varint(0) + b"\x01")

    def wanted(self, subject):
        """How many want a subject now."""
        return {"count": len(self.takers(subject))}

    def publish(self, subject, prefix, count, batch=1, headers={}):
        """Messages with the payloads `prefix 0`, `prefix 1` and so on, so many in a frame."""
        self.until(lambda: self.takers(subject), f"somebody who wants {subject}")
        for start in range(0, count, batch):
            for remote, groups in self.takers(subject):
                flags = (wire.GROUPS if groups else 0) | (wire.HEADERS if headers else 0)
                pairs = [(key.encode(), value.encode()) for key, value in headers.items()]
                texts = [f"{prefix} {number}".encode() for number in range(start, min(start + batch, count))]
                items = [Item(1, flags, subject.encode(), groups, headers=pairs, payload=text) for text in texts]
                self.data(remote, items)
                self.step() if start % (batch * 16) == 0 else None

    def take(self, count):
        """The next messages: publisher, number, subject and payload."""
        self.until(lambda: len(self.inbox) >= count, f"{count} messages, has {len(self.inbox)}")
        taken, self.inbox = self.inbox[:count], self.inbox[count:]
        return {"texts": taken}

    def request(self, subject, payload):
        """The replies: responder, status and payload."""
        self.until(lambda: self.takers(subject), f"somebody who wants {subject}")
        number, takers = len(self.asked) + 1, self.takers(subject)
        self.asked[number] = [[], len(takers)]
        for remote, groups in takers:
            flags = wire.REQUEST | (wire.GROUPS if groups else 0)
            body = {"request": number, "remaining": 30_000_000, "payload": payload.encode()}
            self.data(remote, [Item(1, flags, subject.encode(), groups, **body)])
        self.until(lambda: self.asked[number][1] == 0, "the last reply")
        return {"texts": self.asked[number][0]}

    def raw(self, frames, lane=int(Lane.CONTROL)):
        """Any bytes over the link to each node: the frames of one message."""
        for opened in self.opened():
            opened.lanes[lane].send_multipart([bytes.fromhex(frame) for frame in frames])

    def oversize(self, subject, size):
        """A message whose frame has this size, whatever the other takes."""
        for remote in self.remotes.values():
            item = Item(1, 0, subject.encode(), payload=b"x" * size)
            item.payload = item.payload[len(wire.data_frame(remote.incarnation, 1, [item])) - size :]
            frame = wire.data_frame(remote.incarnation, remote.next, [item])
            remote.link.lanes[Lane.DATA].send(frame)
            remote.next += 1

    def renumber(self, to):
        """Which number the next message gets."""
        for remote in self.remotes.values():
            remote.next = to

    def refused(self):
        """Waits for a refusal: its code and text."""
        self.until(lambda: self.refusals, "a refusal")
        code, text = self.refusals.pop(0)
        return {"count": code, "texts": [text]}

    def left(self):
        """Waits for a goodbye: of whom."""
        self.until(lambda: self.departed, "a goodbye")
        return {"texts": self.departed}

    def counted(self):
        return {"texts": [f"{what}: {self.counts[what]}" for what in sorted(self.counts)]}

    def leave(self):
        """Says goodbye to all."""
        last = self.record()
        last.version, last.content_version, last.remaining = wire.GONE, wire.GONE, 120 * SECOND
        last.endpoints, last.attributes = [], {}
        for remote in self.remotes.values():
            if remote.link and remote.link.node:
                self.membership(remote, Member.RECORDS, varint(1) + last.written())
                self.position(remote, Frame.GOODBYE)
        for opened in self.opened():
            opened.close()
        self.router.close()
        self.router = None
        self.context.term()


peer = BusPeer()
link.serve(peer, peer.wait)
