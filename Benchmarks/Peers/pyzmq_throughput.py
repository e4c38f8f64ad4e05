# This source file is part of the Sinew project: https://github.com/sinew-project/sinew
# SPDX-License-Identifier: Apache-2.0
"""One side of PUSH to PULL over tcp in pyzmq: pyzmq_throughput.py push|pull blocking|asyncio key=value ...

Speaks as the children of `compare` do: prints "ready ENDPOINT" when a peer may come and one "report ..." line, and a
sender stays until its standard input is closed. `pyzmq_throughput.py version` prints the versions.
"""

import asyncio
import os
import signal
import sys
import time

import zmq
import zmq.asyncio

ENDPOINT = "tcp://127.0.0.1:*"


def main(arguments):
    if arguments == ["version"]:
        print(f"pyzmq {zmq.__version__} (libzmq {zmq.zmq_version()})")
        return
    role, mode, words = arguments[0], arguments[1], arguments[2:]
    options = dict(word.split("=", 1) for word in words)
    signal.alarm(int(options.get("limit", "120")))
    if hasattr(os, "sched_setaffinity") and "core" in options:
        os.sched_setaffinity(0, {int(options["core"])})
    size, count = int(options["size"]), int(options["count"])
    cpu = time.process_time()
    if role == "pull":
        report = pull(mode, size, count)
    else:
        push(mode, options["endpoint"], bytes(size), count)
        sys.stdin.buffer.read()
        report = {"cpu": time.process_time() - cpu}
    print("report " + " ".join(f"{name}={value}" for name, value in report.items()), flush=True)


def pull(mode, size, count):
    return asyncio.run(pull_asyncio(size, count)) if mode == "asyncio" else pull_blocking(size, count)


def push(mode, endpoint, payload, count):
    if mode == "asyncio":
        asyncio.run(push_asyncio(endpoint, payload, count))
    else:
        push_blocking(endpoint, payload, count)


def announce(socket):
    socket.bind(ENDPOINT)
    print("ready " + socket.last_endpoint.decode(), flush=True)


def report_since(began, cpu, count):
    return {"seconds": time.monotonic() - began, "cpu": time.process_time() - cpu, "messages": count - 1}


WRONG_SIZE = SystemExit("a message has the wrong size")


def pull_blocking(size, count):
    socket = zmq.Context.instance().socket(zmq.PULL)
    announce(socket)
    receive = socket.recv
    receive()
    began, cpu = time.monotonic(), time.process_time()
    for _ in range(count - 1):
        if len(receive()) != size:
            raise WRONG_SIZE
    return report_since(began, cpu, count)


def push_blocking(endpoint, payload, count):
    socket = zmq.Context.instance().socket(zmq.PUSH)
    socket.connect(endpoint)
    send = socket.send
    for _ in range(count):
        send(payload)


async def pull_asyncio(size, count):
    socket = zmq.asyncio.Context.instance().socket(zmq.PULL)
    announce(socket)
    receive = socket.recv
    await receive()
    began, cpu = time.monotonic(), time.process_time()
    for _ in range(count - 1):
        if len(await receive()) != size:
            raise WRONG_SIZE
    return report_since(began, cpu, count)


async def push_asyncio(endpoint, payload, count):
    socket = zmq.asyncio.Context.instance().socket(zmq.PUSH)
    socket.connect(endpoint)
    send = socket.send
    for _ in range(count):
        await send(payload)


if __name__ == "__main__":
    main(sys.argv[1:])
