"""Ports on loopback that are listened on later: nobody else gets them meanwhile."""

from __future__ import annotations

import socket
from pathlib import Path
from random import SystemRandom

HOST = "127.0.0.1"
_FIRST = 20_000
# From here on the kernel hands ports out, also to connections under way.
_END = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split()[0])
_claims: list[socket.socket] = []


def free_port() -> int:
    """A port that no other test, in this run or one beside it, is given while this process lives."""
    # Not the seeded randomness of the tests, which is the same in each process of one run.
    for port in SystemRandom().sample(range(_FIRST, _END), 200):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        if _claim(port):
            return port
    raise RuntimeError(f"no free port on {HOST} from {_FIRST} to {_END - 1}")


def _claim(port: int) -> bool:
    """Whether it is ours now: the name is given to one process only, and taken back when that ends."""
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0chuangping-test-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True
