# This source file is part of the Sinew project: https://github.com/sinew-project/sinew
# SPDX-License-Identifier: Apache-2.0
"""czmq (zcert, zauth) and the libzmq it is linked to, driven by a test; see link.py."""

import ctypes
import os
import platform
import sys

import link

NAMES = ["libczmq.so.4", "libczmq.4.dylib", "/opt/homebrew/lib/libczmq.4.dylib", "/usr/local/lib/libczmq.4.dylib"]
ZMQ_PULL, ZMQ_PUSH = 7, 8
PATIENCE = 60_000  # milliseconds


def load():
    for name in NAMES:
        try:
            return ctypes.CDLL(name)
        except OSError as error:
            failure = error
    raise failure


czmq = load()
pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
for function, result, arguments in [
    ("zactor_new", pointer, [pointer, pointer]),
    ("zcert_apply", None, [pointer, pointer]),
    ("zcert_load", pointer, [text]),
    ("zcert_meta", text, [pointer, text]),
    ("zcert_new", pointer, []),
    ("zcert_public_txt", text, [pointer]),
    ("zcert_save", number, [pointer, text]),
    ("zcert_save_public", number, [pointer, text]),
    ("zcert_secret_txt", text, [pointer]),
    ("zcert_set_meta", None, [pointer, text, text]),
    ("zsock_connect", number, [pointer, text]),
    ("zsock_bind", number, [pointer, text]),
    ("zsock_new", pointer, [number]),
    ("zsock_set_curve_server", None, [pointer, number]),
    ("zsock_set_curve_serverkey", None, [pointer, text]),
    ("zsock_set_linger", None, [pointer, number]),
    ("zsock_set_plain_password", None, [pointer, text]),
    ("zsock_set_plain_server", None, [pointer, number]),
    ("zsock_set_plain_username", None, [pointer, text]),
    ("zsock_set_rcvtimeo", None, [pointer, number]),
    ("zsock_set_sndtimeo", None, [pointer, number]),
    ("zsock_set_zap_domain", None, [pointer, text]),
    ("zsock_wait", number, [pointer]),
    ("zstr_recv", pointer, [pointer]),
    ("zstr_free", None, [pointer]),
    ("zstr_send", number, [pointer, text]),
    ("zstr_sendx", number, [pointer, text]),
    ("zmq_version", None, [pointer, pointer, pointer]),
    ("zsys_version", None, [pointer, pointer, pointer]),
]:
    found = getattr(czmq, function)
    found.restype, found.argtypes = result, arguments


def expect(holds, what):
    if not holds:
        raise RuntimeError(f"{what} failed")


class Peer:
    def __init__(self):
        self.sockets = {}

    # Certificates

    def save_certificate(self, path, metadata={}):
        """Writes path and path_secret, as zcert_save does."""
        certificate = czmq.zcert_new()
        for name, value in metadata.items():
            czmq.zcert_set_meta(certificate, name.encode(), b"%s", value.encode())
        expect(czmq.zcert_save(certificate, path.encode()) == 0, f"zcert_save {path}")
        return self.described(certificate)

    def load_certificate(self, path, metadata=[]):
        return self.described(self.loaded(path), metadata)

    def loaded(self, path):
        certificate = czmq.zcert_load(path.encode())
        expect(certificate, f"zcert_load {path}")
        return certificate

    def described(self, certificate, metadata=[]):
        values = {name: czmq.zcert_meta(certificate, name.encode()) for name in metadata}
        return {
            "public": czmq.zcert_public_txt(certificate).decode(),
            "secret": czmq.zcert_secret_txt(certificate).decode(),
            "metadata": {name: value.decode() for name, value in values.items() if value is not None},
        }

    # Sockets

    def authenticator(self, curve=None, plain=None):
        """zauth: `curve` is a directory of public certificates, `plain` a file with lines NAME=PASSWORD."""
        auth = czmq.zactor_new(ctypes.cast(czmq.zauth, pointer), None)
        expect(auth, "zauth")
        commands = []
        if curve is not None:
            commands.append((b"CURVE", curve.encode()))
        if plain is not None:
            commands.append((b"PLAIN", plain.encode()))
        for command in commands:
            czmq.zstr_sendx(auth, *map(text, command), None)
            czmq.zsock_wait(auth)
        self.auth = auth

    def socket(self, name, type, certificate=None, server=False, server_key=None, plain=None):
        made = czmq.zsock_new({"PULL": ZMQ_PULL, "PUSH": ZMQ_PUSH}[type])
        expect(made, "zsock_new")
        czmq.zsock_set_linger(made, 0)
        czmq.zsock_set_rcvtimeo(made, PATIENCE)
        czmq.zsock_set_sndtimeo(made, 1000)
        if certificate is not None:
            czmq.zcert_apply(self.loaded(certificate), made)
        if server:
            czmq.zsock_set_zap_domain(made, b"global")
            (czmq.zsock_set_curve_server if certificate else czmq.zsock_set_plain_server)(made, 1)
        if server_key is not None:
            czmq.zsock_set_curve_serverkey(made, server_key.encode())
        if plain is not None:
            czmq.zsock_set_plain_username(made, plain[0].encode())
            czmq.zsock_set_plain_password(made, plain[1].encode())
        self.sockets[name] = made

    def bind(self, name):
        port = czmq.zsock_bind(self.sockets[name], b"tcp://127.0.0.1:*")
        expect(port > 0, "zsock_bind")
        return {"endpoint": f"tcp://127.0.0.1:{port}"}

    def connect(self, name, endpoint):
        expect(czmq.zsock_connect(self.sockets[name], endpoint.encode()) == 0, "zsock_connect")

    def send(self, name, text):
        """A client that has been refused by now has nobody to send to, and fails after a moment."""
        return {"count": czmq.zstr_send(self.sockets[name], text.encode())}

    def receive(self, name, count=1):
        texts = []
        for _ in range(count):
            received = czmq.zstr_recv(self.sockets[name])
            expect(received, "zstr_recv")
            texts.append(ctypes.string_at(received).decode())
        return {"texts": texts}


def version(function):
    parts = [number() for _ in range(3)]
    function(*(ctypes.cast(ctypes.byref(part), pointer) for part in parts))
    return ".".join(str(part.value) for part in parts)


def check():
    libraries = f"czmq {version(czmq.zsys_version)} with libzmq {version(czmq.zmq_version)}"
    print(f"{libraries}, Python {platform.python_version()}", flush=True)
    os._exit(0)


if sys.argv[1:] == ["--check"]:
    check()
else:
    link.serve(Peer())
