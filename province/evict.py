"""Ending the live session of a device at the broker, which re-reading its files does not do."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from province.ca import CertificateAuthority
from province.folder import SECRET, write_whole
from sync.mqtt import LinkSettings, MqttLink

CONNECT_S = 5.0
KEEPALIVE_S = 30

Evict = Callable[[CertificateAuthority, str, datetime], None]
"""Ends the session of the device, by a certificate made at this time. Raises SyncError."""


def evict_at(*, host: str, port: int, ca: Path, server_name: str) -> Evict:
    """How sessions are ended at the broker's listener for devices.

    The broker takes the client id from the certificate, and gives it to whoever came last: a new certificate
    of the same name, which no list names yet, takes the session over and leaves. By then the broker has read
    its files anew, if it was told before: it does so before it goes on with the handshake. So the device
    cannot come back, and what came in its place may say and hear nothing.
    """

    def evict(authority: CertificateAuthority, device: str, now: datetime) -> None:
        issued = authority.issue_brief(device, now)
        with tempfile.TemporaryDirectory(prefix="evict-") as made:
            certificate, key = Path(made, "certificate.pem"), Path(made, "key.pem")
            write_whole(key, issued.key, SECRET)
            write_whole(certificate, issued.certificate, SECRET)
            settings = LinkSettings(
                host=host,
                port=port,
                ca=ca,
                certificate=certificate,
                key=key,
                client_id=device,
                keepalive_s=KEEPALIVE_S,
                server_name=server_name,
            )
            with MqttLink(settings, subscriptions=[], will=None, on_event=lambda _: None) as link:
                link.connect(CONNECT_S)

    return evict
