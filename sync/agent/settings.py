"""The keys of the agent's configuration (`kind = "sync"`), with their units and bounds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from device.configuration import key as setting  # one of the keys is named "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSection:
    """[device]"""

    id: str = setting(doc="the device's id, the CN of its certificate", least=3, most=64)
    folder: Path = setting(doc="the device's folder, with ratings.db")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSection:
    """[sync]"""

    database: Path = setting(doc="the agent's own file: watermarks and receipts; made when it is not there")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSection:
    """[broker]"""

    host: str = setting(doc="the broker's name or address", least=1, most=255)
    port: int = setting(8883, doc="the broker's TLS port", least=1, most=65535)
    ca: Path = setting(doc="PEM certificate of the CA that the broker's certificate must be by")
    certificate: Path = setting(doc="PEM certificate of this device")
    key: Path = setting(doc="PEM key of this device, EC P-256; signs its messages too", secret=True)
    keepalive_s: int = setting(
        60, doc="how often a silent connection is probed", unit="s", least=5, most=1200
    )
    server_name: str | None = setting(
        None, doc="name in the broker's certificate, where it is not the host", least=1, most=255
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceSection:
    """[province]"""

    key_set: Path = setting(doc="the province's keys, signed by its root (keys.jws)")
    root: Path = setting(doc="PEM certificate of the root that the device was enrolled under")
    enrolment: Path | None = setting(
        None, doc="what the enrolment left (enrolment.json): its settings, its time, its box"
    )
    url: str | None = setting(
        None,
        doc="where pictures are fetched and log bundles brought, https://HOST:PORT; without it neither is",
        least=9,
        most=255,
    )
    server_name: str | None = setting(
        None, doc="name in the certificate of that address, where it is not the host", least=1, most=255
    )

    def faults(self) -> list[str]:
        """An address that is none is told at the start, not when the first picture is wanted."""
        return [] if self.url is None else https_fault(self.url)


def https_fault(url: str) -> list[str]:
    """What is wrong with `url` as an address of the province, under the key url: nothing, or one sentence."""
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:
        return [f"url: is {url!r}; must be https://HOST:PORT"]
    extra = split.path.strip("/") or split.query or split.fragment or split.username
    if split.scheme != "https" or not split.hostname or extra or port == 0:
        return [f"url: is {url!r}; must be https://HOST:PORT"]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrySection:
    """[retry]"""

    most_s: float = setting(60.0, doc="longest pause between two connects", unit="s", least=1, most=600)
    watchdog_s: float = setting(
        30.0,
        doc="rows unsent and no receipt for so long: the connection is made anew",
        unit="s",
        least=1,
        most=600,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSection:
    """[batch]"""

    rows: int = setting(100, doc="most rows in one message", least=1, most=500)
    window: int = setting(4, doc="most messages without a receipt", least=1, most=16)
    poll_ms: int = setting(
        100, doc="how often the ledger is looked at for new rows", unit="ms", least=10, most=1000
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsSection:
    """[logs]"""

    folder: Path | None = setting(
        None, doc="folder of device.log and sync.log; without it the journal of systemd"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncConfig:
    """The whole of sync.toml."""

    device: DeviceSection
    sync: SyncSection
    broker: BrokerSection
    province: ProvinceSection
    retry: RetrySection
    batch: BatchSection
    logs: LogsSection
