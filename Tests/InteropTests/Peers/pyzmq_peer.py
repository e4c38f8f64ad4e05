# This source file is part of the Sinew project: https://github.com/sinew-project/sinew
# SPDX-License-Identifier: Apache-2.0
"""pyzmq, driven by a test; see link.py."""

import pathlib
import platform
import select
import socket as tcp
import sys
import time

import link
import traffic
import zmq
import zmq.auth
import zmq.auth.thread
import zmq.utils.monitor

PATIENCE = 60_000  # milliseconds; a call that waits this long has failed


class Peer:
    def __init__(self):
        self.context = zmq.Context()
        self.sockets = {}
        self.monitors = {}

    def wait(self):
        """Waits for the next command, and serves the sockets meanwhile, as a program does that polls them.

        libzmq leaves much to the socket's own thread: a socket that is bound and then left alone takes up no new
        connection, and so sends no subscriptions, probes and welcome messages.
        """
        while True:
            ours = [each for each in self.sockets.values() if isinstance(each, zmq.Socket)]
            for each in ours:
                each.getsockopt(zmq.EVENTS)
            if 0 in select.select([0] + [each.fd for each in ours], [], [])[0]:
                return

    # Sockets

    def socket(self, name, type, options={}, subscriptions=[]):
        """Options have zmq.h's names without ZMQ_; values are numbers or text."""
        made = self.context.socket(getattr(zmq, type))
        made.linger, made.rcvtimeo, made.sndtimeo = 0, PATIENCE, PATIENCE
        for option, value in options.items():
            made.setsockopt(getattr(zmq, option), value.encode() if isinstance(value, str) else value)
        for prefix in subscriptions:
            made.subscribe(bytes.fromhex(prefix))
        self.sockets[name] = made

    def bind(self, name, endpoint):
        self.sockets[name].bind(endpoint)
        return self.last_endpoint(name)

    def last_endpoint(self, name):
        return {"endpoint": self.sockets[name].last_endpoint.decode()}

    def connect(self, name, endpoint, routing_id=None):
        if routing_id is not None:
            self.sockets[name].setsockopt(zmq.CONNECT_ROUTING_ID, routing_id.encode())
        self.sockets[name].connect(endpoint)

    def close(self, name):
        self.sockets.pop(name).close(linger=0)

    def subscribe(self, name, topics):
        for topic in topics:
            self.sockets[name].subscribe(bytes.fromhex(topic))

    def unsubscribe(self, name, topics):
        for topic in topics:
            self.sockets[name].unsubscribe(bytes.fromhex(topic))

    # Single messages

    def send(self, name, messages):
        for frames in messages:
            self.sockets[name].send_multipart([bytes.fromhex(frame) for frame in frames])

    def try_send(self, name, frames):
        """Sends if that is possible now: libzmq keeps nothing for one that has refused it."""
        try:
            self.sockets[name].send_multipart([bytes.fromhex(frame) for frame in frames], zmq.NOBLOCK)
        except zmq.Again:
            pass

    def receive(self, name, count=1):
        messages, user = [], None
        for _ in range(count):
            frames = self.sockets[name].recv_multipart(copy=False)
            messages.append([frame.bytes.hex() for frame in frames])
            try:
                user = frames[-1].get("User-Id")
            except zmq.ZMQError:
                user = None
        return {"messages": messages, "user": user}

    def receive_until(self, name, last):
        """Receives messages until one is `last`; that one is among them."""
        messages = []
        while messages[-1:] != [last]:
            messages.append([frame.hex() for frame in self.sockets[name].recv_multipart()])
        return {"messages": messages}

    def receive_distinct(self, name, count):
        """Receives until so many different messages of one frame were seen."""
        seen, received = set(), 0
        while len(seen) < count:
            seen.add(self.sockets[name].recv())
            received += 1
        return {"messages": [[each.hex()] for each in sorted(seen)], "count": received}

    def pending(self, name):
        """Whether a message waits now."""
        return {"count": self.sockets[name].poll(0)}

    # Many messages, made from a seed

    def send_traffic(self, name, seed, count, prefix=[], frames=None):
        prefix = [bytes.fromhex(frame) for frame in prefix]
        for message in traffic.messages(seed, count, frames):
            self.sockets[name].send_multipart(prefix + message)

    def receive_traffic(self, name, seed, count, prefix=[], frames=None):
        prefix = [bytes.fromhex(frame) for frame in prefix]
        check = traffic.Check(seed, count, frames)
        for _ in range(count):
            message = self.sockets[name].recv_multipart()
            if message[: len(prefix)] != prefix:
                raise ValueError(f"message {check.number} begins with {message[: len(prefix)]}, not {prefix}")
            check.take(message[len(prefix) :])
        return check.summary()

    def answer_traffic(self, name, seed, reply_seed, count, prefix=[]):
        """Receives requests and sends a reply to each; `prefix` is what both begin with."""
        prefix = [bytes.fromhex(frame) for frame in prefix]
        check = traffic.Check(seed, count)
        for reply in traffic.messages(reply_seed, count):
            message = self.sockets[name].recv_multipart()
            if message[: len(prefix)] != prefix:
                raise ValueError(f"request {check.number} begins with {message[: len(prefix)]}, not {prefix}")
            check.take(message[len(prefix) :])
            self.sockets[name].send_multipart(prefix + reply)
        return check.summary()

    def ask_traffic(self, name, seed, reply_seed, count):
        """Sends requests, and receives the reply to each before the next."""
        check = traffic.Check(reply_seed, count)
        for request in traffic.messages(seed, count):
            self.sockets[name].send_multipart(request)
            check.take(self.sockets[name].recv_multipart())
        return check.summary()

    def route_traffic(self, name, seed, reply_seed, count):
        """A ROUTER that returns the whole envelope: every frame up to and with the first empty one."""
        check = traffic.Check(seed, count)
        envelopes = 0
        for reply in traffic.messages(reply_seed, count):
            message = self.sockets[name].recv_multipart()
            end = message.index(b"", 1) + 1
            envelopes = max(envelopes, end)
            check.take(message[end:])
            self.sockets[name].send_multipart(message[:end] + reply)
        return check.summary() | {"count": envelopes}

    def naive_router(self, name, count):
        """What many examples do: it takes requests for three frames, and answers with three."""
        unexpected = 0
        for _ in range(count):
            message = self.sockets[name].recv_multipart()
            unexpected += len(message) != 3
            self.sockets[name].send_multipart([message[0], b"", b"re: " + message[-1]])
        return {"count": unexpected}

    # Plain TCP

    def tcp_listen(self, name):
        self.sockets[name] = tcp.create_server(("127.0.0.1", 0))
        self.sockets[name].settimeout(PATIENCE / 1000)
        return {"port": self.sockets[name].getsockname()[1]}

    def tcp_accept(self, name, listener):
        self.sockets[name] = self.sockets[listener].accept()[0]
        self.sockets[name].settimeout(PATIENCE / 1000)

    def tcp_connect(self, name, port):
        self.sockets[name] = tcp.create_connection(("127.0.0.1", port), timeout=PATIENCE / 1000)

    def tcp_send(self, name, seed, count):
        for message in traffic.messages(seed, count, 1):
            self.sockets[name].sendall(message[0])

    def tcp_receive(self, name, seed, count):
        expected = b"".join(message[0] for message in traffic.messages(seed, count, 1))
        received = bytearray()
        while len(received) < len(expected):
            piece = self.sockets[name].recv(1 << 16)
            if not piece:
                raise ValueError(f"the connection ended after {len(received)} of {len(expected)} bytes")
            received += piece
        if received != expected:
            raise ValueError("the bytes differ")
        return {"bytes": len(received)}

    def tcp_end(self, name):
        """Sends no more, and waits until the other end has hung up."""
        self.sockets[name].shutdown(tcp.SHUT_WR)
        while self.sockets[name].recv(1 << 16):
            pass
        self.sockets.pop(name).close()

    # What happens to connections

    def monitor(self, name):
        self.monitors[name] = self.sockets[name].get_monitor_socket()
        self.monitors[name].rcvtimeo = PATIENCE

    def wait_event(self, name, events):
        """The next event with one of these names, as zmq.h has them without ZMQ_EVENT_."""
        while True:
            event = zmq.utils.monitor.recv_monitor_message(self.monitors[name])
            kind = zmq.Event(event["event"]).name
            if kind in events:
                return {"event": kind, "count": event["value"]}

    def events_within(self, name, milliseconds):
        """The names of all events from now on, for so long."""
        end = time.monotonic() + milliseconds / 1000
        names = []
        while (left := end - time.monotonic()) > 0:
            if self.monitors[name].poll(left * 1000):
                event = zmq.utils.monitor.recv_monitor_message(self.monitors[name])
                names.append(zmq.Event(event["event"]).name)
        return {"texts": names}

    # Security

    def authenticator(self, curve=None, plain=None):
        """For the domain "test": `curve` is a directory of public certificates, `plain` maps names to passwords.

        (pyzmq's domain "*" is no wildcard: it stands for sockets without a domain.)
        """
        self.auth = zmq.auth.thread.ThreadAuthenticator(self.context)
        self.auth.start()
        if curve is not None:
            self.auth.configure_curve(domain="test", location=curve)
        if plain is not None:
            self.auth.configure_plain(domain="test", passwords=plain)

    def create_certificate(self, directory, name, metadata={}):
        public, secret = zmq.auth.create_certificates(directory, name, metadata or None)
        return {"files": [public, secret]}

    def load_certificate(self, path):
        public, secret = zmq.auth.load_certificate(path)
        return {"public": public.decode(), "secret": secret.decode() if secret else None}

    def load_certificates(self, directory):
        return {"keys": sorted(key.decode() for key in zmq.auth.load_certificates(directory))}


def check():
    """Prints the versions; fails when they are not those that the tests are written for."""
    wanted = (pathlib.Path(__file__).parent / "requirements.txt").read_text().strip()
    if f"pyzmq=={zmq.__version__}" != wanted:
        sys.exit(f"pyzmq is {zmq.__version__}, wanted {wanted}")
    if not zmq.has("curve"):
        sys.exit("this pyzmq's libzmq has no CURVE")
    print(f"pyzmq {zmq.__version__} with libzmq {zmq.zmq_version()}, Python {platform.python_version()}")


if sys.argv[1:] == ["--check"]:
    check()
else:
    peer = Peer()
    link.serve(peer, peer.wait)
