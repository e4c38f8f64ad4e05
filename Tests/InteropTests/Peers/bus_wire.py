# This source file is part of the Sinew project: https://github.com/sinew-project/sinew
# SPDX-License-Identifier: Apache-2.0
"""The bytes of the bus as Documentation/wire-format.md has them: writing and reading, and nothing of what it means."""

from dataclasses import dataclass, field
from enum import IntEnum

Lane = IntEnum("Lane", "CONTROL DATA")
Frame = IntEnum("Frame", "HELLO WELCOME REFUSAL MEMBERSHIP INTEREST POSITION GOODBYE")  # of the control lane
DATA = 0x10  # a frame of the data lane
Member = IntEnum("Member", "PING HELLO DIGEST PULL RECORDS")
Want = IntEnum("Want", "STATEMENT DELTA SNAPSHOT CONFIRMATION PROGRESS REPAIR REFUSAL")
GROUPS, HEADERS, REQUEST, GROUPS_ALONE, LAST, FAILURE = 1, 2, 4, 8, 16, 32  # the flags of records
GONE = 2**64 - 1  # the version of the record of a node that has left


class Garbage(ValueError):
    """Bytes that do not agree with the document."""


def u64(number):
    return number.to_bytes(8, "big")


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def string(text):
    """A varint with the length, and the bytes."""
    raw = text.encode() if isinstance(text, str) else text
    return varint(len(raw)) + raw


def fnv1a(raw, bits):
    """FNV-1a with 64 or 128 bits."""
    value, prime = {
        64: (0xCBF29CE484222325, 0x100000001B3),
        128: (0x6C62272E07BB014262B821756295C58D, 0x1000000000000000000013B),
    }[bits]
    for byte in raw:
        value = (value ^ byte) * prime % 2**bits
    return value


def node_id(cluster, name):
    fields = (cluster.encode(), name.encode())
    return fnv1a(b"".join(len(each).to_bytes(4, "big") + each for each in fields), 128).to_bytes(16, "big")


class Reader:
    """Takes a message apart; what does not fit is garbage."""

    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, count):
        if count > len(self.raw) - self.at:
            raise Garbage("too short")
        self.at += count
        return self.raw[self.at - count : self.at]

    def rest(self):
        return self.take(len(self.raw) - self.at)

    def end(self):
        if self.at != len(self.raw):
            raise Garbage("bytes after the end")

    def byte(self):
        return self.take(1)[0]

    def u64(self):
        return int.from_bytes(self.take(8), "big")

    def varint(self):
        value = 0
        for shift in range(0, 70, 7):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if value >= 2**64 or (byte == 0 and shift > 0):
                    raise Garbage("a varint that is too long")
                return value
        raise Garbage("a varint that is too long")

    def string(self, limit):
        count = self.varint()
        if count > limit:
            raise Garbage("a string that is too long")
        return self.take(count)


# Membership


@dataclass
class Record:
    name: bytes
    incarnation: int
    version: int
    content_version: int
    time_to_live: int
    lifetime: int
    remaining: int
    endpoints: list
    attributes: dict

    def written(self):
        numbers = (self.version, self.content_version, self.time_to_live, self.lifetime, self.remaining)
        out = self.name + u64(self.incarnation) + b"".join(map(varint, numbers))
        out += varint(len(self.endpoints)) + b"".join(map(string, self.endpoints))
        out += varint(len(self.attributes))
        return out + b"".join(string(key) + string(self.attributes[key]) for key in sorted(self.attributes))

    @staticmethod
    def read(reader):
        head = (reader.take(16), reader.u64(), *(reader.varint() for _ in range(5)))
        endpoints = [reader.string(255).decode() for _ in range(reader.varint())]
        pairs = [(reader.string(64).decode(), reader.string(256).decode()) for _ in range(reader.varint())]
        return Record(*head, endpoints, dict(pairs))


# Interest


def interest_hash(interests, version):
    """Of a whole set, which is at this version."""

    def mix(x):
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        x = (x ^ x >> 27) * 0x94D049BB133111EB % 2**64
        return x ^ x >> 31

    def one(interest):
        return mix(fnv1a(b"".join(len(each).to_bytes(4, "big") + each for each in interest), 64))

    return (sum(map(one, interests)) + mix(version)) % 2**64


def summary(interests, version):
    return varint(version) + varint(len(interests)) + u64(interest_hash(interests, version))


def read_summary(reader):
    """Version, count and hash."""
    return reader.varint(), reader.varint(), reader.u64()


def read_interest(reader):
    return reader.string(4096), reader.string(255)


def read_change(reader):
    """Whether it is an addition, and the interest."""
    flag = reader.byte()
    if flag > 1:
        raise Garbage("a boolean that is none")
    return flag == 1, read_interest(reader)


# Data


@dataclass
class Item:
    """A record of a data frame: a message (type 1), a reply (2), a cancel (3), or another."""

    type: int
    flags: int = 0
    subject: bytes = b""
    groups: list = field(default_factory=list)
    request: int = 0
    remaining: int = 0
    status: int = 0
    headers: list = field(default_factory=list)
    payload: bytes = b""

    def written(self):
        out = bytes([self.type])
        if self.type == 1:
            out += bytes([self.flags]) + string(self.subject)
            if self.flags & GROUPS:
                out += varint(len(self.groups)) + b"".join(map(string, sorted(self.groups)))
            if self.flags & REQUEST:
                out += varint(self.request) + varint(self.remaining)
        elif self.type == 2:
            out += bytes([self.flags]) + varint(self.request) + varint(self.status)
        elif self.type == 3:
            out += varint(self.request)
        if self.flags & HEADERS:
            out += varint(len(self.headers)) + b"".join(string(key) + string(value) for key, value in self.headers)
        return string(out + self.payload)

    @staticmethod
    def read(raw):
        reader = Reader(raw)
        item = Item(reader.byte())
        if item.type == 1:
            item.flags, item.subject = reader.byte(), reader.string(4096)
            if item.flags & GROUPS:
                item.groups = [reader.string(255) for _ in range(reader.varint())]
            if item.flags & REQUEST:
                item.request, item.remaining = reader.varint(), reader.varint()
        elif item.type == 2:
            item.flags, item.request, item.status = reader.byte(), reader.varint(), reader.varint()
        elif item.type == 3:
            item.request = reader.varint()
            reader.end()
        if item.flags & HEADERS:
            item.headers = [(reader.string(255), reader.string(4096)) for _ in range(reader.varint())]
        item.payload = reader.rest()
        return item


def data_frame(process, first, items):
    head = bytes([1, DATA]) + u64(process) + u64(first) + len(items).to_bytes(4, "big")
    return head + b"".join(item.written() for item in items)


def read_data_frame(reader):
    """The number of the first record, and the records; the first ten bytes were read before."""
    first, count = reader.u64(), int.from_bytes(reader.take(4), "big")
    items = [Item.read(reader.string(2**31)) for _ in range(count)]
    reader.end()
    if first == 0:
        raise Garbage("there is no number 0")
    return first, items


def matches(subject, filter):
    """The grammar of nats-server: tokens between dots, * for one of them, > for one or more at the end."""
    tokens, wanted = subject.split(b"."), filter.split(b".")
    if wanted[-1] == b">":
        wanted.pop()
        if len(tokens) <= len(wanted):
            return False
        tokens = tokens[: len(wanted)]
    return len(tokens) == len(wanted) and all(one in (b"*", other) for one, other in zip(wanted, tokens))
