"""The trial of a connection to the broker with a new certificate: that it is taken, and nobody is evicted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from device.errors import SyncError
from provisioning.refused import Unreached
from sync.contract.enrolment import BrokerAddress
from sync.mqtt import LinkSettings, MqttLink

_WAIT_S = 10.0
_KEEPALIVE_S = 30


class Trial(Protocol):
    """Tries whether the broker takes a certificate."""

    def __call__(self, broker: BrokerAddress, *, device: str, ca: Path, certificate: Path, key: Path) -> None:
        """Returns when the broker took it. Raises Unreached."""
        ...


class BrokerTrial:
    """On the probe listener, where clients are called by their whole subject: the agent, which may be at work
    as this device, stays connected. The broker's CONNACK is the proof.

    `dates_from`, `dates_at`: as of sync.tls.TlsClient.
    """

    def __init__(
        self, *, dates_from: Callable[[], datetime | None], dates_at: Callable[[], datetime | None]
    ) -> None:
        self._dates_from = dates_from
        self._dates_at = dates_at

    def __call__(self, broker: BrokerAddress, *, device: str, ca: Path, certificate: Path, key: Path) -> None:
        """As of Trial."""
        settings = LinkSettings(
            host=broker.host,
            port=broker.probe_port,
            ca=ca,
            certificate=certificate,
            key=key,
            client_id=f"CN={device}",
            keepalive_s=_KEEPALIVE_S,
            server_name=broker.server_name or broker.host,
            dates_from=self._dates_from(),
            dates_at=self._dates_at(),
        )
        try:
            with MqttLink(settings, subscriptions=(), will=None, on_event=lambda _: None) as link:
                link.connect(_WAIT_S)
        except SyncError as error:
            raise Unreached(
                "enrolment.broker_unreached", host=broker.host, port=broker.probe_port, why=str(error)
            ) from None
