# This source file is part of the Sinew project: https://github.com/sinew-project/sinew
# SPDX-License-Identifier: Apache-2.0
"""How a test drives a peer: one JSON object a line, a command in and an answer out, one after the other.

{"do": "bind", "name": "a", "endpoint": "tcp://127.0.0.1:*"}   ->   {"endpoint": "tcp://127.0.0.1:40001"}

A command that fails is answered with {"error": "..."}. Bytes are written in hexadecimal. The process ends when its
standard input does, and in any case when its time is up.
"""

import json
import os
import signal


def lines(wait):
    """What comes in, line by line; `wait` returns when there is something to read."""
    pending = b""
    while True:
        wait()
        piece = os.read(0, 1 << 20)
        if not piece:
            return
        *whole, pending = (pending + piece).split(b"\n")
        yield from whole


def serve(commands, wait=lambda: None, limit=240):
    """Answers commands with the methods of an object. Does not return."""
    os.setpgid(0, 0)  # The test ends the group, so that nothing started here is left behind.
    signal.alarm(limit)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # What a library prints must not get between the answers.
    for line in lines(wait):
        command = json.loads(line)
        try:
            answer = getattr(commands, command.pop("do"))(**command) or {}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)
    # Not sys.exit(): czmq asserts in its atexit handler, and pyzmq waits there for its context.
    os._exit(0)
