"""A real mosquitto with mutual TLS on a free loopback port."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.patience import PATIENCE_S
from tests.ports import HOST, free_port
from tests.sync.throwaway_ca import ThrowawayCa

ACL = """
pattern write hcp/1/%u/up/#
pattern read hcp/1/%u/down/#
user province
topic read hcp/1/+/up/#
topic write hcp/1/+/down/#
user auditor
topic read hcp/1/#
"""


class Mosquitto:
    """A broker that knows the clients of `ca` by their CN. `start`, `kill` and `start` again: same port."""

    host = HOST

    def __init__(self, folder: Path, ca: ThrowawayCa) -> None:
        folder.mkdir()
        self.ca = ca
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        certificate, key = ca.issue("broker.test", address=self.host)
        (folder / "acl").write_text(ACL)
        self._configuration = folder / "mosquitto.conf"
        self._configuration.write_text(
            f"listener {self.port} {self.host}\n"
            f"user root\n"  # stay who we are: mosquitto changes to its own user only when it is root
            f"cafile {ca.certificate}\ncertfile {certificate}\nkeyfile {key}\n"
            "require_certificate true\nuse_identity_as_username true\nuse_username_as_clientid true\n"
            f"allow_anonymous false\nacl_file {folder / 'acl'}\nset_tcp_nodelay true\n"
            "persistence false\nmessage_size_limit 270000\nlog_type none\n"
        )

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(
            ["/usr/sbin/mosquitto", "-c", str(self._configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex((self.host, self.port)) == 0:
                    return
            time.sleep(0.01)
        raise RuntimeError("mosquitto did not start")

    def kill(self) -> None:
        """As a power cut would."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(PATIENCE_S)
        self._process = None

    def freeze(self) -> None:
        """It holds its connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
