"""The device on this machine, as its agent is configured: who it is, where its province and its files are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from device.configuration import read_toml
from device.errors import ContractError
from provisioning.refused import Refused
from provisioning.technician_file import TechnicianFile
from provisioning.technician_line import TechnicianLine
from sync.contract.keys import KeySet, PublicKey, open_key_set

SYNC_TOML, DEVICE_TOML = "sync.toml", "device.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBox:
    """What sync.toml in the folder `configs` says, also when the `key` is not there any more.

    `folder`: with ratings.db; `receipts`: sync.db; `url`, `server_name`: of the province.
    """

    configs: Path
    device: str
    folder: Path
    receipts: Path
    key: Path
    root: Path
    key_set: Path
    url: str
    server_name: str | None

    @classmethod
    def read(cls, configs: Path) -> Self:
        """The device whose configurations are in `configs`. Raises Refused, ConfigError."""
        path = configs / SYNC_TOML
        if not path.exists():
            raise Refused("act.no_box", file=path, why="no such file")
        # Not by the agent's own rules: these refuse a configuration whose key is destroyed.
        tables = read_toml(path)

        def said(table: str, name: str) -> str:
            found = _text(tables, table, name)
            if found is None:
                raise Refused("act.no_box", file=path, why=f"{table}.{name}")
            return found

        return cls(
            configs=configs,
            device=said("device", "id"),
            folder=configs / said("device", "folder"),
            receipts=configs / said("sync", "database"),
            key=configs / said("broker", "key"),
            root=configs / said("province", "root"),
            key_set=configs / said("province", "key_set"),
            url=said("province", "url"),
            server_name=_text(tables, "province", "server_name"),
        )

    def line(self, technician: TechnicianFile) -> TechnicianLine:
        """To this device's province, as the technician. Raises Refused when they are of another."""
        try:
            root = PublicKey.from_certificate(self.root.read_bytes())
        except (OSError, ContractError) as error:
            raise Refused("act.no_box", file=self.root, why=str(error)) from None
        if root != technician.root_key:
            raise Refused("technician.other_province", file=technician.path)
        return TechnicianLine(self.url, technician, server_name=self.server_name)

    def province_keys(self, technician: TechnicianFile) -> KeySet:
        """The keys whose signature makes a statement the province's. Raises Refused."""
        try:
            return open_key_set(self.key_set.read_text("ascii"), technician.root_key)
        except (OSError, ValueError, ContractError) as error:
            raise Refused("act.no_box", file=self.key_set, why=str(error)) from None


def _text(tables: Mapping[str, Any], table: str, name: str) -> str | None:
    found = tables.get(table)
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, str) and value else None
