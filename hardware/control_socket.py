"""The control socket: a Unix socket in the device's folder, for root and the device's own user alone."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import socket
import struct
import threading
from dataclasses import asdict
from pathlib import Path

import msgspec

from device.events import TechnicianCall
from device.inbox import Inbox
from device.json_text import read_json
from device.technician import SOCKET, TechnicianAnswer, TechnicianVerb

log = logging.getLogger(__name__)

_LINE_BYTES = 4096
_PEER_S = 2.0
_ANSWER_S = 5.0
_LOOK_S = 0.5
_JOIN_S = 3.0
_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid


class _Asked(msgspec.Struct, frozen=True):
    ask: TechnicianVerb


_asked_decoder = msgspec.json.Decoder(_Asked)


class ControlSocket:
    """One question, one answer, both a line of JSON, on each connection; one connection at a time.

    Its thread only enqueues. A folder that cannot hold the socket is logged: ratings do not need it.
    """

    def __init__(self, folder: Path, inbox: Inbox) -> None:
        self._folder = folder
        self._inbox = inbox
        self._stopping = threading.Event()
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="control-socket", daemon=True)

    def start(self) -> None:
        """Listen, if the folder lets us."""
        try:
            self._socket = _listening(self._folder)
        except OSError as error:
            log.warning("no control socket folder=%s why=%s", self._folder, error.strerror)
            return
        self._thread.start()

    def stop(self) -> None:
        """End the thread and remove the socket. Safe without start."""
        self._stopping.set()
        if self._socket is None:
            return
        self._thread.join(_JOIN_S)
        self._socket.close()
        with contextlib.suppress(OSError):
            (self._folder / SOCKET).unlink()

    def _run(self) -> None:
        assert self._socket is not None
        self._socket.settimeout(_LOOK_S)
        while not self._stopping.is_set():
            try:
                peer, _ = self._socket.accept()
            except OSError:  # TimeoutError is one: look whether to stop
                self._stopping.wait(0.01)
                continue
            with peer, contextlib.suppress(OSError):  # whoever asked has gone
                peer.settimeout(_PEER_S)
                peer.sendall(self._answer(peer) + b"\n")

    def _answer(self, peer: socket.socket) -> bytes:
        credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        _, uid, _ = _CREDENTIALS.unpack(credentials)
        line = _line(peer)
        if uid not in {0, os.getuid()}:
            log.warning("control socket refused uid=%d", uid)
            return _error("only root and the device's own user may ask")
        try:
            asked = read_json(line, _asked_decoder)
        except msgspec.DecodeError as error:
            return _error(str(error))
        answers: queue.SimpleQueue[TechnicianAnswer] = queue.SimpleQueue()
        self._inbox.put(TechnicianCall(asked.ask, answers.put))
        try:
            return msgspec.json.encode(asdict(answers.get(timeout=_ANSWER_S)))
        except queue.Empty:
            return _error(f"the device did not answer within {_ANSWER_S:g} s")


def _listening(folder: Path) -> socket.socket:
    """A socket bound in `folder`, readable by its owner only; a stale one is replaced. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        (folder / SOCKET).unlink(missing_ok=True)
        # Addresses have at most 107 bytes, whatever the folder is called.
        channel.bind(f"/proc/self/fd/{handle}/{SOCKET}")
        (folder / SOCKET).chmod(0o600)
        channel.listen(4)
    except OSError:
        channel.close()
        raise
    finally:
        os.close(handle)
    return channel


def _line(peer: socket.socket) -> bytes:
    read = b""
    while b"\n" not in read and len(read) < _LINE_BYTES:
        more = peer.recv(_LINE_BYTES)
        if not more:
            break
        read += more
    return read.partition(b"\n")[0]


def _error(message: str) -> bytes:
    return msgspec.json.encode({"error": message})
