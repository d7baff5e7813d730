"""The province's folder: every file `init` makes, by name."""

from __future__ import annotations

import contextlib
import os
import secrets
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from device.errors import ContractError, EnrolmentError
from province.broker import (
    ACL_FILE,
    CRL_FILE,
    REVOKED_FILE,
    device_acl_text,
    mosquitto_text,
    worker_acl_text,
)
from province.ca import AUDITOR, BACKDATED, PROVINCE, WORKERS, CertificateAuthority, Issued, has_names
from province.case_key import CaseKey
from province.phone.keys import PhoneKey
from sync.contract.keys import KeySet, KeyUse, PublicKey, SigningKey, open_key_set, sign_key_set
from sync.contract.topics import check_device_id

SECRET = 0o600
PUBLIC = 0o644
BROKER_NAMES = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class ProvinceFolder:
    """Where each file of a province is, under `root`."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "province.toml"

    @property
    def broker(self) -> Path:
        """The broker's own folder: mosquitto.conf, access lists, its certificate and key."""
        return self.root / "broker"

    @property
    def case_key(self) -> Path:
        """The private key of the case role: made here once, and to be carried off the machine."""
        return self.root / "case" / "private.pem"

    def make(
        self,
        *,
        host: str,
        mqtt_port: int,
        web_port: int,
        now: datetime,
        worker_port: int | None = None,
        device_port: int | None = None,
        phone_url: str | None = None,
    ) -> None:
        """Make what is missing and keep what exists; ports and the broker's texts are brought up to date.

        `mqtt_port` is the devices'; `worker_port` that of the province's own clients, by default the next.
        `device_port`: where devices come by HTTPS, by default the one beside the page's. `phone_url`: where
        citizens' phones come.
        Each file appears whole or not at all. Raises EnrolmentError or ConfigError for files that do not fit.
        """
        beside = worker_port or _beside(mqtt_port)
        workers = self.root / "workers"
        for folder in (self.root, self.root / "ca", self.broker, workers):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ca = self._authority(now)
        self._pair(self.broker / "broker", lambda: ca.issue_server(list(BROKER_NAMES), now))
        names = list(dict.fromkeys([*BROKER_NAMES, host, *self._told_names()]))
        self._pair(self.root / "device_web", lambda: ca.issue_server(names, now), names=names)
        self._pair(self.root / "client", lambda: ca.issue_client(PROVINCE, now))
        for name in WORKERS:
            self._pair(workers / name, partial(ca.issue_client, name, now))
        write_whole(self.broker / "ca.crt", ca.pem[0], PUBLIC)
        revoked = _names_in(self.broker / REVOKED_FILE)
        write_whole(self.broker / ACL_FILE, device_acl_text(revoked).encode(), PUBLIC)
        if not (self.broker / CRL_FILE).exists():  # the broker does not start without
            write_whole(self.broker / CRL_FILE, ca.sign_crl({}, at=now - BACKDATED), PUBLIC)
        self._write_worker_acl()
        write_whole(
            self.broker / "mosquitto.conf",
            mosquitto_text(self.broker.absolute(), host, mqtt_port, beside).encode(),
            PUBLIC,
        )
        self._signing(now)
        if not (self.root / "phone.key").exists():
            write_whole(self.root / "phone.key", PhoneKey.generate().pem(), SECRET)
        if not (self.root / "token").exists():
            write_whole(self.root / "token", secrets.token_urlsafe(32).encode() + b"\n", SECRET)
        text = self.config.read_text("utf-8") if self.config.exists() else _CONFIG
        text = with_table(text, "device_web", _DEVICE_WEB)
        text = with_table(text, "device_broker", _DEVICE_BROKER)
        text = with_table(text, "enrolment", _ENROLMENT)
        text = with_table(text, "phone", _PHONE)
        if phone_url is not None:
            text = with_url(text, "phone", phone_url)
        addresses = {
            "broker": (host, beside),
            "device_broker": (host, mqtt_port),
            "web": (host, web_port),
            "device_web": (host, device_port or _beside(web_port)),
        }
        text = with_ports(text, addresses)
        text = with_numbers(text, "enrolment", {"broker_port": mqtt_port, "probe_port": beside})
        write_whole(self.config, text.encode(), PUBLIC)

    def add_auditor(self, name: str, now: datetime) -> Issued:
        """A certificate with which `name` may read everything at the broker and write nothing.

        The access list is written anew; the broker reads it at SIGHUP. Raises EnrolmentError.
        """
        try:
            common_name = check_device_id(AUDITOR + name)
        except ContractError as error:
            raise EnrolmentError(f"{name!r} cannot name an auditor: {error}") from None
        issued = self._authority(now).issue_client(common_name, now)
        known = {*_names_in(self._auditors_file), common_name}
        write_whole(self._auditors_file, "".join(f"{n}\n" for n in sorted(known)).encode(), PUBLIC)
        self._write_worker_acl()
        return issued

    @property
    def _auditors_file(self) -> Path:
        return self.broker / "auditors"

    def _write_worker_acl(self) -> None:
        write_whole(
            self.broker / "acl-workers", worker_acl_text(_names_in(self._auditors_file)).encode(), PUBLIC
        )

    def _authority(self, now: datetime) -> CertificateAuthority:
        certificate, key = self.root / "ca" / "ca.crt", self.root / "ca" / "ca.key"
        if certificate.exists():
            return CertificateAuthority.load(certificate.read_bytes(), key.read_bytes())
        ca = CertificateAuthority.make(now)
        # The key first: a certificate without its key would be kept for ever.
        write_whole(key, ca.pem[1], SECRET)
        write_whole(certificate, ca.pem[0], PUBLIC)
        return ca

    def _told_names(self) -> list[str]:
        """The host that devices are told to come to, where the configuration names one."""
        if not self.config.exists():
            return []
        try:
            url = tomllib.loads(self.config.read_text("utf-8")).get("enrolment", {}).get("url")
            host = urlsplit(url).hostname if isinstance(url, str) else None
        except ValueError:  # whoever reads the configuration is told what is wrong with it
            return []
        return [host] if host else []

    def _pair(self, stem: Path, issue: Callable[[], Issued], *, names: Sequence[str] = ()) -> None:
        """A certificate and its key, kept where they are there and the certificate has all of `names`."""
        certificate = stem.with_suffix(".crt")
        if certificate.exists() and has_names(certificate.read_bytes(), names):
            return
        issued = issue()
        write_whole(stem.with_suffix(".key"), issued.key, SECRET)
        write_whole(certificate, issued.certificate, PUBLIC)

    def _signing(self, now: datetime) -> None:
        path = self.root / "signing.key"
        if not path.exists():
            write_whole(path, SigningKey.generate().pem(), SECRET)
        signing = SigningKey.load(path)
        root = SigningKey.load(self.root / "ca" / "ca.key")
        key_set = self.root / "keys.jws"
        present = KeySet([])
        if key_set.exists():
            # One that is unreadable, or signed by a root that is no more, is made anew.
            with contextlib.suppress(ContractError, UnicodeDecodeError):
                present = open_key_set(key_set.read_text("ascii"), root.public)
        if present.get(signing.kid) and present.sealing:
            return
        kept = present if present.get(signing.kid) else [signing.public]
        wanted = KeySet(
            [*(key for key in kept if key.use is KeyUse.SIGN), present.sealing or self._sealing()]
        )
        write_whole(key_set, sign_key_set(wanted, root, now).encode() + b"\n", PUBLIC)

    def _sealing(self) -> PublicKey:
        """The key to seal to, its private half in the case role's folder before anybody can seal.

        Asked for only while the key set names none: what was carried off is not made again.
        """
        if not self.case_key.exists():
            self.case_key.parent.mkdir(mode=0o700, exist_ok=True)
            write_whole(self.case_key, CaseKey.generate().pem(), SECRET)
        return CaseKey.load(self.case_key).public


def _names_in(file: Path) -> list[str]:
    return file.read_text("ascii").split() if file.exists() else []


def write_whole(path: Path, content: bytes, mode: int) -> None:
    """Write `path` so that after a power cut it holds either the old content or the new, never a part."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _beside(port: int) -> int:
    return port + (1 if port < 65535 else -1)


def with_table(text: str, name: str, table: str) -> str:
    """The configuration `text` with `table` at its end, unless it has one of this `name`."""
    there = any(line.strip() == f"[{name}]" for line in text.splitlines())
    return text if there else f"{text.rstrip()}\n\n{table}"


def with_ports(text: str, addresses: dict[str, tuple[str, int]]) -> str:
    """The configuration `text` with host and port of the named tables set, all else as it was."""
    lines: list[str] = []
    table = ""
    for line in text.splitlines():
        name = line.partition("=")[0].strip()
        if line.startswith("["):
            table = line.strip().strip("[]")
        if table in addresses and name in {"host", "port"}:
            host, port = addresses[table]
            lines.append(f'host = "{host}"' if name == "host" else f"port = {port}")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def with_numbers(text: str, table: str, numbers: dict[str, int]) -> str:
    """The configuration `text` with these keys of a table set where they are there, all else as it was."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        name = line.partition("=")[0].strip()
        if line.startswith("["):
            inside = line.strip() == f"[{table}]"
        lines.append(f"{name} = {numbers[name]}" if inside and name in numbers else line)
    return "\n".join(lines) + "\n"


def with_url(text: str, table: str, url: str) -> str:
    """The configuration `text` with `url` set in a table that it has, all else as it was."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if line.startswith("["):
            inside = line.strip() == f"[{table}]"
        if inside and line.partition("=")[0].strip() == "url":
            continue
        lines.append(line)
        if line.strip() == f"[{table}]":
            lines.append(f'url = "{url}"')
    return "\n".join(lines) + "\n"


_CONFIG = """\
kind = "province"

[database]
url = "sqlite:///province.db"

[broker]
host = "127.0.0.1"
port = 8883
ca = "ca/ca.crt"
certificate = "client.crt"
key = "client.key"
server_name = "localhost"

[signing]
key = "signing.key"

[ca]
key = "ca/ca.key"
key_set = "keys.jws"

[web]
host = "127.0.0.1"
port = 18080
token_file = "token"

[ingest]
workers = 2
certificates = "workers"

[rules]
no_reason = true
"""

_DEVICE_WEB = """\
[device_web]
host = "127.0.0.1"
port = 18443
certificate = "device_web.crt"
key = "device_web.key"
blobs = "blobs"
"""

_ENROLMENT = """\
[enrolment]
broker_port = 8883
probe_port = 8884
"""

_PHONE = """\
[phone]
key = "phone.key"
"""

_DEVICE_BROKER = """\
[device_broker]
host = "127.0.0.1"
port = 8882
folder = "broker"
"""
