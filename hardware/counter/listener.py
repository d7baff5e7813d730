"""The socket of the counter link, on which connections wait until they are served."""

from __future__ import annotations

import socket

from device.errors import HardwareError

_UNREAD_LIMIT_MS = 30_000  # the kernel closes a connection whose peer takes nothing for so long


def listen(host: str, port: int) -> socket.socket:
    """A socket on `host`:`port`, a free port when it is 0: who connects waits until somebody serves.

    Raises HardwareError when the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio sets TCP_NODELAY only on sockets that do; without it the
    # answer to a POST waits 40 ms for a delayed ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted connections inherit it.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD_LIMIT_MS)
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise HardwareError(
            f"the counter link cannot listen on {host} port {port}: {error.strerror}."
            " Stop the program that holds the port, or change counter.port (or counter.host)."
        ) from error
    return listener
