"""The keys of the province's configuration (`kind = "province"`), with their units and bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from device.configuration import key as setting
from device.configuration import read_configuration
from device.errors import ConfigError
from device.phone_link import BASE_CHARACTERS
from province.broker import PID_FILE
from province.ingest.rules import Hours, Rules

SQLITE = "sqlite:///"
LINKS = "/r/"
POSTERS = "/w/"
"""Where the links of visits lead to, and those of posters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSection:
    """[database]"""

    url: str = setting(
        "sqlite:///province.db",
        doc="where the database is: sqlite:///FILE (relative to this file's folder), or a PostgreSQL URL",
        least=10,
        most=500,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSection:
    """[broker]"""

    host: str = setting("127.0.0.1", doc="address of the MQTT broker", least=1, most=255)
    port: int = setting(
        8883, doc="TLS port of the MQTT broker's listener for the province's workers", least=1, most=65535
    )
    ca: Path = setting(doc="certificate of the CA, which the broker's must be signed by")
    certificate: Path = setting(doc="the province's own client certificate (CN province)")
    key: Path = setting(doc="the private key of that certificate", secret=True)
    server_name: str = setting(
        "localhost", doc="name that the broker's certificate must carry", least=1, most=255
    )
    keepalive_s: int = setting(
        30, doc="longest silence on the connection to the broker", unit="s", least=5, most=600
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceBrokerSection:
    """[device_broker]"""

    host: str = setting(
        "127.0.0.1", doc="address of the MQTT broker's listener for devices", least=1, most=255
    )
    port: int = setting(8883, doc="TLS port of that listener", least=1, most=65535)
    folder: Path | None = setting(
        None,
        doc="the broker's own folder, where the broker is on this machine: its access list and the list of"
        " revoked certificates are written there; without it devices are revoked in the registry alone",
    )
    pid_file: Path | None = setting(
        None, doc="where the broker writes its process id; without it `mosquitto.pid` in its folder"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSection:
    """[signing]"""

    key: Path = setting(doc="the private key that signs receipts", secret=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaSection:
    """[ca]"""

    key: Path | None = setting(
        None,
        doc="the CA's private key, where this machine signs devices' certificates itself",
        secret=True,
    )
    command: tuple[str, ...] = setting(
        (),
        doc="a program with its arguments that signs in place of `ca.key`; {device} becomes the device's id",
        least=1,
        most=500,
    )
    key_set: Path = setting(doc="the key set signed by the CA (keys.jws), handed to each device")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSection:
    """[web]"""

    host: str = setting("127.0.0.1", doc="address the web page listens on", least=1, most=255)
    port: int = setting(18080, doc="port the web page listens on", least=1, most=65535)
    token_file: Path = setting(doc="file with the operator's bearer token", secret=True)
    public_url: str | None = setting(
        None,
        doc="address of the web page as a browser sees it; without it http://HOST:PORT",
        least=8,
        most=255,
    )

    @property
    def own_url(self) -> str:
        """Where a program on the same machine finds it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def url(self) -> str:
        """Where a browser finds the page, without a slash at the end."""
        return (self.public_url or self.own_url).rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceWebSection:
    """[device_web]"""

    host: str = setting(
        "127.0.0.1", doc="address that devices reach over HTTPS is listened on", least=1, most=255
    )
    port: int = setting(18443, doc="port that devices reach over HTTPS", least=1, most=65535)
    certificate: Path | None = setting(
        None, doc="the listener's own certificate, by the CA; without it and its key nothing is listened on"
    )
    key: Path | None = setting(None, doc="the private key of that certificate", secret=True)
    blobs: Path | None = setting(
        None, doc="folder of pictures and log bundles; without it `blobs` beside this file"
    )
    most_kib: int = setting(
        2048, doc="largest bundle that a device may bring", unit="KiB", least=64, most=16384
    )

    def faults(self) -> list[str]:
        """A certificate is of no use without its key, nor a key without its certificate."""
        if (self.certificate is None) == (self.key is None):
            return []
        missing = "certificate" if self.certificate is None else "key"
        return [f"{missing}: is missing beside the other; give both or neither"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentSection:
    """[enrolment]"""

    url: str | None = setting(
        None,
        doc="listener for devices as they reach it; without it https://HOST:PORT of `device_web`",
        least=9,
        most=255,
    )
    broker_host: str | None = setting(
        None,
        doc="address of the MQTT broker as devices reach it; without it `broker.host`",
        least=1,
        most=255,
    )
    broker_port: int = setting(
        8883, doc="TLS port of the MQTT broker's listener for devices", least=1, most=65535
    )
    probe_port: int | None = setting(
        None,
        doc="TLS port on which a device tries its certificate; without it `broker.port`",
        least=1,
        most=65535,
    )

    def faults(self) -> list[str]:
        """Tickets carry the address, and boxes connect to it by TLS alone."""
        if self.url is None or (self.url.startswith("https://") and self.url.isascii()):
            return []
        return [f"url: is {self.url!r}; must begin with https:// and have ASCII characters only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSection:
    """[phone]"""

    url: str | None = setting(
        None,
        doc="address of the web page as a citizen's phone reaches it, which codes lead to; without it devices"
        " offer none",
        least=8,
        most=BASE_CHARACTERS - len(LINKS),
    )
    key: Path | None = setting(
        None, doc="the private key that links are checked by; needed with `url`", secret=True
    )
    lasts_days: int = setting(
        7, doc="how long after the service its link can be used", unit="d", least=1, most=90
    )
    window_per_hour: int = setting(
        60, doc="most ratings within an hour by the poster of one window", least=1, most=10_000
    )
    address_per_hour: int = setting(
        20,
        doc="most ratings within an hour by posters from one address; 0: any number, as behind a proxy, where"
        " all come from one",
        least=0,
        most=10_000,
    )

    def faults(self) -> list[str]:
        """Codes lead to the address for years: what is wrong with it is told at the start."""
        found = []
        if self.url is not None and self.key is None:
            found.append("key: is missing beside url; `chuangping province init` makes one")
        if self.url is not None and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+/?", self.url):
            found.append(f"url: is {self.url!r}; must be http(s)://HOST or http(s)://HOST:PORT")
        return found

    @property
    def base(self) -> str | None:
        """What the link of a visit begins with."""
        return None if self.url is None else self.url.rstrip("/") + LINKS


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSection:
    """[ingest]"""

    retry_most_s: float = setting(
        5.0, doc="longest pause between attempts to reach the broker", unit="s", least=0.1, most=60
    )
    workers: int = setting(
        2, doc="ingest workers: threads on SQLite, processes on PostgreSQL", least=1, most=16
    )
    certificates: Path | None = setting(
        None,
        doc="folder with worker-02.crt, worker-02.key and so on; without it `workers` beside this file",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesSection:
    """[rules]"""

    no_reason: bool = setting(True, doc="mark settled bad ratings that have neither indicator nor words")
    too_fast_s: float = setting(
        1.0, doc="a level given sooner after its invitation is marked too_fast", unit="s", least=0, most=10
    )
    hours: str = setting(
        "",
        doc="hours in which citizens are served, as 08:30-17:30; levels outside are marked, empty: none are",
        least=0,
        most=11,
    )

    def rules(self) -> Rules:
        """As the ingest takes them. Raises ValueError for hours that are none."""
        return Rules(
            no_reason=self.no_reason,
            too_fast_ms=round(self.too_fast_s * 1000),
            hours=Hours.read(self.hours) if self.hours else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceConfig:
    """The whole of province.toml."""

    database: DatabaseSection
    broker: BrokerSection
    device_broker: DeviceBrokerSection
    signing: SigningSection
    ca: CaSection
    web: WebSection
    device_web: DeviceWebSection
    enrolment: EnrolmentSection
    phone: PhoneSection
    ingest: IngestSection
    rules: RulesSection


def read_province_configuration(path: Path) -> ProvinceConfig:
    """The configuration in the file at `path`; a relative SQLite file is taken from its folder.

    Raises ConfigError (exit 78) listing every fault.
    """
    config = read_configuration(path, ProvinceConfig, "province")
    try:
        config.rules.rules()
    except ValueError as error:
        raise ConfigError([f"{path}: rules.hours: {error}"]) from None
    if config.ingest.certificates is None:
        beside = path.absolute().parent / "workers"
        config = replace(config, ingest=replace(config.ingest, certificates=beside))
    at = config.device_broker
    if at.folder is not None and at.pid_file is None:
        config = replace(config, device_broker=replace(at, pid_file=at.folder / PID_FILE))
    if config.device_web.blobs is None:
        beside = path.absolute().parent / "blobs"
        config = replace(config, device_web=replace(config.device_web, blobs=beside))
    url = config.database.url
    if not url.startswith(SQLITE):
        return config
    file = path.absolute().parent / url.removeprefix(SQLITE)
    return replace(config, database=DatabaseSection(url=f"{SQLITE}{file}"))
