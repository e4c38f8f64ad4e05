# This source file is part of the Sinew project: https://github.com/sinew-project/sinew
# SPDX-License-Identifier: Apache-2.0
"""Messages that look random and are the same as those of Traffic.swift for the same seed.

Each side makes the messages that it must receive, and compares: nothing about them has to be sent beside them.
"""

MASK = (1 << 64) - 1
POOL_BYTES = 512 * 1024


def words(seed):
    """SplitMix64; Steele, Lea, Flood 2014."""
    state = seed & MASK
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        mixed = state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        yield mixed ^ (mixed >> 31)


def size_limit(choice):
    """A tenth of the frames is empty, most are small, one of five hundred has up to 300 KiB."""
    if choice < 100:
        return 0
    if choice < 850:
        return 64
    if choice < 960:
        return 1024
    if choice < 998:
        return 16 * 1024
    return 300 * 1024


def messages(seed, count, frames=None):
    """Yields so many messages, each a list of bytes; `frames` gives all of them that many frames."""
    random = words(seed)
    pool = b"".join(next(random).to_bytes(8, "little") for _ in range(POOL_BYTES // 8))
    for _ in range(count):
        choice = (1, 1, 1, 2, 3, 5)[next(random) % 6]
        message = []
        for _ in range(frames or choice):
            word = next(random)
            size = ((word >> 10) & 0x3FFFFF) % (size_limit(word % 1000) + 1)
            start = (word >> 32) % (POOL_BYTES - size + 1)
            message.append(pool[start : start + size])
        yield message


class Check:
    """Compares what is received with what was to be sent."""

    def __init__(self, seed, count, frames=None):
        self.expected = messages(seed, count, frames)
        self.number = self.frames = self.bytes = 0

    def take(self, message):
        expected = next(self.expected)
        if message != expected:
            sizes, wanted = [len(frame) for frame in message], [len(frame) for frame in expected]
            raise ValueError(f"message {self.number} differs: frames of {sizes} bytes, expected {wanted}")
        self.number += 1
        self.frames += len(message)
        self.bytes += sum(map(len, message))

    def summary(self):
        return {"received": self.number, "frames": self.frames, "bytes": self.bytes}
