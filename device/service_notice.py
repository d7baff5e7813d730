"""Telling the service manager (systemd, Type=notify) how a process is doing."""

from __future__ import annotations

import os
import socket


def notify_service(state: str) -> None:
    """Send `state` ("READY=1", "STOPPING=1", "WATCHDOG=1") to the service manager; nothing without one.

    Never waits. Raises OSError when there is a manager that cannot be told.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # a socket in Linux' abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.setblocking(False)
        channel.connect(address)
        channel.sendall(state.encode("ascii"))
