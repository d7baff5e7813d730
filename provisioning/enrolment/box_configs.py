"""device.toml and sync.toml of an enrolled box: made, or brought up to date in the keys enrolment owns."""

from __future__ import annotations

import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.retirement import receipt_path
from provisioning.enrolment.identity_folder import CA, CERTIFICATE, KEY, KEYS, LINK, RECORD
from provisioning.enrolment.toml_lines import OddToml, Wanted, with_keys
from provisioning.kept_files import PUBLIC, SHARED_SECRET, sync_folder, write_beside
from provisioning.refused import Unfit
from sync.contract.enrolment import BrokerAddress

DEVICE, SYNC, TOKEN = "device.toml", "sync.toml", "counter.token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """Who the box is, and where it stands. None: the province has not said."""

    device: str
    window: str | None = None
    assignment: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How the box reaches its province."""

    broker: BrokerAddress
    url: str


class BoxConfigs:
    """In `folder`; `data` is where a box that has no configuration yet keeps its ledger. Raises OSError.

    A file that cannot be changed safely is refused: Unfit. A device that was decommissioned keeps its files;
    who comes after it has a folder of its own, for a ledger is one device's.
    """

    def __init__(self, folder: Path, data: Path) -> None:
        self._folder = folder
        self._data = data

    def prepare(self, post: Post, way: Way | None) -> list[Path]:
        """What differs, written beside the files and durable, for `put`. `way` None: it has none yet."""
        self.drop(self.prepared())
        wanted = {DEVICE: (self._device(post, way), PUBLIC)}
        if way is not None:
            wanted[SYNC] = (self._sync(post, way), PUBLIC)
        if not (self._folder / TOKEN).exists():
            wanted[TOKEN] = (f"{secrets.token_urlsafe(24)}\n", SHARED_SECRET)
        beside: list[Path] = []
        try:
            for name, (text, mode) in wanted.items():
                if text != self._text(name):
                    beside.append(write_beside(self._folder / name, text.encode(), mode))
        except OSError:
            self.drop(beside)
            raise
        return beside

    def drop(self, prepared: list[Path]) -> None:
        """What was prepared is not to be."""
        for beside in prepared:
            beside.unlink(missing_ok=True)

    def prepared(self) -> list[Path]:
        """What was prepared and not put, by a run that was ended in between."""
        return [path for name in (DEVICE, SYNC, TOKEN) if (path := self._folder / f"{name}.new").exists()]

    def put(self, prepared: list[Path]) -> None:
        """What was prepared takes its place; that needs no room."""
        for beside in prepared:
            beside.rename(beside.with_name(beside.name.removesuffix(".new")))
        sync_folder(self._folder)

    def has_ended(self, device: str) -> bool:
        """Whether `device`, which is or was configured here, was decommissioned."""
        folders = (self._said(name, "device", "folder") for name in (DEVICE, SYNC))
        return any(
            receipt_path(self._folder / folder, device).exists() for folder in folders if folder is not None
        )

    def _device(self, post: Post, way: Way | None) -> str:
        wanted: dict[str, dict[str, str | int | None]] = {
            "device": {"id": post.device},
            "window": {"id": post.window, "assignment": post.assignment},
        }
        folder = self._data_folder(post)
        if self._said(DEVICE, "device", "folder") != folder:
            wanted["device"]["folder"] = folder
        if self._said(DEVICE, "counter", "token_file") is None:
            wanted["counter"] = {"token_file": TOKEN}
        if way is not None:
            wanted["province"] = {
                "receipts": self._database(post),
                "key_set": f"{LINK}/{KEYS}",
                "root": f"{LINK}/{CA}",
                "enrolment": f"{LINK}/{RECORD}",
            }
        elif self._is_of_ended(DEVICE, post):  # what is there is another device's
            wanted["province"] = dict.fromkeys(("receipts", "key_set", "root", "enrolment"))
        return self._changed(DEVICE, wanted, 'kind = "device"\n')

    def _sync(self, post: Post, way: Way) -> str:
        broker = way.broker
        return self._changed(
            SYNC,
            {
                "device": {
                    "id": post.device,
                    "folder": self._data_folder(post),
                },
                "sync": {"database": self._database(post)},
                "broker": {
                    "host": broker.host,
                    "port": broker.port,
                    "ca": f"{LINK}/{CA}",
                    "certificate": f"{LINK}/{CERTIFICATE}",
                    "key": f"{LINK}/{KEY}",
                    "server_name": broker.server_name,
                },
                "province": {
                    "key_set": f"{LINK}/{KEYS}",
                    "root": f"{LINK}/{CA}",
                    "enrolment": f"{LINK}/{RECORD}",
                    "url": way.url,
                },
            },
            'kind = "sync"\n',
        )

    def _data_folder(self, post: Post) -> str:
        """Where the ledger is, or will be, as device.toml has it."""
        said = self._said(DEVICE, "device", "folder")
        if said is None or not self._is_of_ended(DEVICE, post):
            return said or str(self._data)
        before = Path(said)
        own = before.name == self._said(DEVICE, "device", "id")
        return str((before.parent if own else before) / post.device)

    def _database(self, post: Post) -> str:
        """The agent's file: where it is by either configuration, else beside the ledger."""
        for name, table, key in ((SYNC, "sync", "database"), (DEVICE, "province", "receipts")):
            said = self._said(name, table, key)
            if said is not None and not self._is_of_ended(name, post):
                return said
        return str(self._folder / self._data_folder(post) / "sync.db")

    def _is_of_ended(self, name: str, post: Post) -> bool:
        """Whether the file is that of another device, which was decommissioned."""
        device = self._said(name, "device", "id")
        return device is not None and device != post.device and self.has_ended(device)

    def _changed(self, name: str, wanted: Wanted, fresh: str) -> str:
        text = self._text(name)
        try:
            return with_keys(fresh if text is None else text, wanted)
        except OddToml as error:
            raise Unfit("enrolment.odd_config", path=self._folder / name, why=str(error)) from None

    def _text(self, name: str) -> str | None:
        try:
            return (self._folder / name).read_text("utf-8")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            raise Unfit("enrolment.odd_config", path=self._folder / name, why=str(error)) from None

    def _said(self, name: str, table: str, key: str) -> str | None:
        """What the file says there, where it is a text."""
        try:
            tables: dict[str, Any] = tomllib.loads(self._text(name) or "")
        except tomllib.TOMLDecodeError as error:
            raise Unfit("enrolment.odd_config", path=self._folder / name, why=str(error)) from None
        said = tables[table].get(key) if isinstance(tables.get(table), dict) else None
        return said if isinstance(said, str) else None
