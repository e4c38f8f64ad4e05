# This source file is part of the Sinew project: https://github.com/sinew-project/sinew
# SPDX-License-Identifier: Apache-2.0
"""What a peer of the bus says, and when: its links, its interest, its messages. See bus_peer.py."""

import struct
import time

import bus_wire as wire
import zmq
from bus_hears import Hears
from bus_wire import DATA, Frame, Lane, Member, Record, Want, string, u64, varint

PATIENCE = 40.0  # seconds; a command that waits this long has failed
SECOND = 10**9
TIME_TO_LIVE, RENEWAL = 5 * SECOND, 5.0


class Opened:
    """A link to a node: two DEALERs."""

    def __init__(self, peer, endpoint, process, number):
        self.endpoint, self.process, self.number = endpoint, process, number
        self.node = self.label = None  # of the other end, when it has welcomed
        self.begun, self.said_hello, self.position_at = time.monotonic(), False, 0.0
        self.sent = self.granted = self.window = self.maximum = 0  # in bytes
        self.lanes = {}
        for lane in (Lane.CONTROL, Lane.DATA):
            made = peer.context.socket(zmq.DEALER)
            made.routing_id = b"S" + peer.id + u64(peer.incarnation) + struct.pack(">IB", number, lane)
            made.immediate, made.reconnect_ivl, made.linger = 1, -1, 200
            if lane == Lane.DATA:
                made.sndhwm = 0
            made.connect(endpoint)
            self.lanes[lane] = made

    def stands(self):
        """With IMMEDIATE a socket can be written to as long as its connection stands."""
        return all(lane.getsockopt(zmq.EVENTS) & zmq.POLLOUT for lane in self.lanes.values())

    def close(self):
        for lane in self.lanes.values():
            lane.close()


class Remote:
    """A process of another node, and what is between it and this peer."""

    def __init__(self, node, incarnation):
        self.node, self.incarnation = node, incarnation
        self.label, self.record, self.heard_at, self.pinged_at = "", None, time.monotonic(), 0.0
        self.link = self.retry_at = None  # the link to it, and when to open another
        self.their_link = None  # the number of its link to this peer
        self.taken = self.told = self.expected = 0  # bytes of that link; the number that comes next, 0 for unknown
        self.next = 1  # the number of the next record for it
        self.confirmed, self.asked_at = 0, 0.0  # which version of this peer's interest it has
        self.session, self.version, self.interests, self.parts = 1, 0, [], []  # what it wants


class BusNode(Hears):
    router = None

    def start(self, name, cluster, seeds=[], window=1 << 18, maximum=1 << 20, **faults):
        """`faults` is what this peer does wrong: see where it is asked for."""
        self.name, self.cluster, self.window, self.maximum, self.faults = name, cluster, window, maximum, faults
        self.id, self.incarnation = wire.node_id(cluster, name), time.time_ns()
        self.context, self.links, self.remotes = zmq.Context(), 0, {}
        self.router = self.context.socket(zmq.ROUTER)
        self.router.router_mandatory, self.router.linger, self.router.sndtimeo = 1, 200, 0
        self.router.bind("tcp://127.0.0.1:*")
        self.endpoint, self.born = self.router.last_endpoint.decode(), time.monotonic()
        self.changes, self.responders, self.asked = [], {}, {}
        self.inbox, self.refusals, self.counts, self.departed = [], [], {}, []
        self.gone = {}  # Nodes that have left or died, and the last of their processes.
        # Links to endpoints of which it is not known yet who is there, and when to try further ones.
        self.unknown, self.seeds = [], [(0.0, seed) for seed in seeds]
        return {"endpoint": self.endpoint}

    # What it knows

    @property
    def interests(self):
        interests = []
        for added, interest in self.changes:
            interests.append(interest) if added else interests.remove(interest)
        return interests

    def record(self):
        """Its version goes up from time to time; its content never changes."""
        version = 1 + int((time.monotonic() - self.born) / RENEWAL)
        times = (TIME_TO_LIVE, 3 * TIME_TO_LIVE, 3 * TIME_TO_LIVE)
        return Record(self.id, self.incarnation, version, 1, *times, [self.endpoint], {"name": self.name})

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def remote(self, node, incarnation):
        """The process, or None when it has left, or a later one of its node is known."""
        known = self.remotes.get(node)
        if incarnation <= self.gone.get(node, 0) or (known and known.incarnation > incarnation):
            return None
        if known is None or known.incarnation < incarnation:
            self.forget(node)
            self.remotes[node] = Remote(node, incarnation)
        return self.remotes[node]

    def forget(self, node, is_gone=False):
        remote = self.remotes.pop(node, None)
        if remote and remote.link:
            remote.link.close()
        if remote and is_gone:
            self.gone[node] = remote.incarnation

    def opened(self):
        return self.unknown + [each.link for each in self.remotes.values() if each.link]

    # Frames out

    def open(self, endpoint, process):
        self.links += 1
        return Opened(self, endpoint, process, self.links)

    def greeting(self):
        cluster = self.faults.get("greets", self.cluster)
        return string(cluster) + string(self.name) + varint(self.maximum) + varint(self.window)

    def control(self, link, kind, body):
        frame = bytes([self.faults.get("protocol", 1), kind]) + u64(link.process) + body
        try:
            link.lanes[Lane.CONTROL].send(frame, zmq.NOBLOCK)
        except zmq.Again:  # The connection has broken, which is soon seen; what matters is sent again.
            self.count("frames without a connection")

    def answer(self, routing_id, frame):
        try:
            self.router.send_multipart([routing_id, frame])
        except zmq.ZMQError:
            self.count("answers to nobody")

    def refuse(self, routing_id, code):
        """Ends a link to this peer."""
        self.count(f"refused {code}")
        remote = self.remotes.get(routing_id[1:17])
        if remote and struct.unpack(">I", routing_id[25:29])[0] == remote.their_link:
            remote.their_link = None
        control = routing_id[:29] + bytes([Lane.CONTROL])
        self.answer(control, bytes([1, Frame.REFUSAL]) + routing_id[17:25] + bytes([code]) + string("refused"))

    def membership(self, remote, kind, body):
        if remote.link and remote.link.node:
            head = bytes([1, kind]) + u64(self.incarnation) + u64(remote.incarnation)
            self.control(remote.link, Frame.MEMBERSHIP, head + body)

    def interest(self, remote, kind, body):
        if remote.link and remote.link.node:
            head = bytes([1, kind]) + u64(self.incarnation) + u64(remote.incarnation)
            self.control(remote.link, Frame.INTEREST, head + body)

    def tell_interest(self, remote, since=None, doubted=False):
        """What it lacks, or a statement."""
        remote.asked_at = time.monotonic()
        since = remote.confirmed if since is None else since
        whole = wire.summary(self.interests, len(self.changes))
        if self.faults.get("lies"):
            whole = whole[:-8] + u64(1)
        if doubted or since > len(self.changes):
            parts = b"".join(string(one) + string(group) for one, group in self.interests)
            self.interest(remote, Want.SNAPSHOT, whole + varint(0) + varint(len(self.interests)) + parts)
        elif since < len(self.changes):
            news = self.changes[since:]
            news = b"".join(bytes([added]) + string(one) + string(group) for added, (one, group) in news)
            self.interest(remote, Want.DELTA, varint(since) + whole + varint(len(self.changes) - since) + news)
        else:
            self.interest(remote, Want.STATEMENT, whole)

    def position(self, remote, kind=Frame.POSITION):
        if kind == Frame.POSITION and (self.faults.get("silent") or remote.their_link is None):
            return
        numbers = (remote.their_link or 0, max(remote.expected - 1, 0), remote.taken + self.window)
        remote.told = remote.taken
        self.control(remote.link, kind, b"".join(map(varint, numbers)))
        remote.link.position_at = time.monotonic()

    def data(self, remote, items):
        """A frame when there is credit, else when there is some."""
        frame = wire.data_frame(remote.link.process, remote.next, items)
        remote.next += len(items)
        if not self.faults.get("floods"):
            self.until(lambda: self.may_send(remote.link, len(frame)), f"credit for {len(frame)} bytes")
        remote.link.sent += len(frame)
        remote.link.lanes[Lane.DATA].send(frame)

    def may_send(self, link, count):
        if count > link.maximum:
            raise ValueError("the frame is larger than the other takes")
        return link.sent + count <= link.granted or link.granted == link.sent + link.window

    # Time

    def ping(self, remote, flags=0):
        numbers = (TIME_TO_LIVE, self.record().version, 1, 0)
        self.membership(remote, Member.PING, b"".join(map(varint, numbers)) + bytes([flags]))
        remote.pinged_at = time.monotonic()

    def lose(self, opened, pause):
        """Closes a link, and opens another after the pause."""
        opened.close()
        if opened in self.unknown:
            self.unknown.remove(opened)
            self.seeds.append((time.monotonic() + pause, opened.endpoint))
        for remote in self.remotes.values():
            if remote.link is opened:
                remote.link, remote.retry_at = None, time.monotonic() + pause

    def tend(self):
        """What is due."""
        now = time.monotonic()
        due = [(at, endpoint) for at, endpoint in self.seeds if now >= at]
        self.seeds = [each for each in self.seeds if each not in due]
        self.unknown += [self.open(endpoint, 0) for _, endpoint in due]
        for node in [each.node for each in self.remotes.values() if now - each.heard_at > 3 * TIME_TO_LIVE / SECOND]:
            self.forget(node, is_gone=True)
        for opened in self.opened():
            stands = opened.stands()
            if (opened.said_hello and not stands) or (not opened.node and now - opened.begun > 5):
                self.lose(opened, 0.1)
            elif stands and not opened.said_hello:
                opened.said_hello = True
                self.control(opened, Frame.HELLO, self.greeting())
        for remote in self.remotes.values():
            if remote.link is None and remote.record and remote.retry_at and now >= remote.retry_at:
                remote.link = self.open(remote.record.endpoints[0], remote.incarnation)
            if remote.link and remote.link.node:
                if now - remote.pinged_at > 1:
                    self.ping(remote)
                behind = remote.confirmed != len(self.changes)
                if now - remote.asked_at > (0.5 if behind else 5):
                    self.tell_interest(remote)
                if remote.taken > remote.told and now - remote.link.position_at > 0.1:
                    self.position(remote)

    def step(self, stdin=False):
        """Waits a little, and takes what has come. Whether there is a command."""
        opened = self.opened() if self.router else []
        sockets = [lane for each in opened for lane in each.lanes.values()] + ([self.router] if self.router else [])
        poller = zmq.Poller()
        for each in sockets + ([0] if stdin else []):
            poller.register(each, zmq.POLLIN)
        is_told = 0 in dict(poller.poll(20))
        for _ in range(1000):
            if not self.router or not self.router.poll(0):
                break
            self.came_to_router(self.router.recv_multipart())
        for each in opened:
            for lane in each.lanes.values():
                while not lane.closed and lane.poll(0):
                    self.came_to_link(each, lane.recv())
        if self.router:
            self.tend()
        return is_told

    def wait(self):
        while not self.step(stdin=True):
            pass

    def until(self, condition, what):
        """Serves everybody until something is so."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"{what}; refusals {self.refusals}, {self.counts}")
            self.step()
