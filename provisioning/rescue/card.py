"""The card of a dead device: where on it the logs are, whose it is, and where its province was."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509

from device.ledger.closed_log import FOLDER as CLOSED
from provisioning.refused import Refused

LEDGER = "ratings.db"
DAMAGED = "damaged"

_CONFIGS = ("etc/chuangping", ".")  # below the card's root; the second where the card is a folder
_DEEPEST = 6  # folders below what was given


@dataclass(frozen=True, slots=True)
class Card:
    """`folder`: with ratings.db, and `closed/` and `damaged/` beside it. What the card does not say is None.

    `url`, `server_name`: of the province, as in sync.toml.
    """

    folder: Path
    device: str | None = None
    url: str | None = None
    server_name: str | None = None


def find_card(path: Path) -> Card:
    """What is on the card at `path`: where it is mounted, or a folder of it. Nothing is written there.

    Raises Refused when there is no ledger, or more than one.
    """
    if not path.is_dir():
        raise Refused("rescue.no_card", card=path)
    configs = [config for name in _CONFIGS for config in _configurations(path / name)]
    device = next(filter(None, (_device_in(path, *config) for config in configs)), None)
    province = next((_table(document, "province") for _, document in configs if "province" in document), {})
    return Card(_folder(path, configs), device, _text(province, "url"), _text(province, "server_name"))


def _configurations(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """What can be read of the configurations in `folder`; the agent's first, which names the province."""
    for name in ("sync.toml", "device.toml"):
        try:
            yield folder, tomllib.loads((folder / name).read_text("utf-8"))
        except (OSError, ValueError):  # not there, or damaged: the ledger speaks for itself
            continue


def _device_in(root: Path, base: Path, document: dict[str, Any]) -> str | None:
    """The device's id, by its configuration or else by its certificate."""
    said = _text(_table(document, "device"), "id")
    if said is not None:
        return said
    certificate = _text(_table(document, "broker"), "certificate")
    for file in [] if certificate is None else _places(root, base, certificate):
        try:
            loaded = x509.load_pem_x509_certificate(file.read_bytes())
            (name,) = loaded.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        except (OSError, ValueError):
            continue
        return str(name.value)
    return None


def _folder(root: Path, configs: list[tuple[Path, dict[str, Any]]]) -> Path:
    for base, document in configs:
        said = _text(_table(document, "device"), "folder")
        for place in [] if said is None else _places(root, base, said):
            if _holds_logs(place):
                return place
    if _holds_logs(root):
        return root
    found = sorted(_search(root, _DEEPEST))
    if not found:
        raise Refused("rescue.no_ledger", card=root)
    if len(found) > 1:
        raise Refused(
            "rescue.many_ledgers",
            card=root,
            folders=", ".join(str(place.relative_to(root)) for place in found),
        )
    return found[0]


def _places(root: Path, base: Path, said: str) -> Iterator[Path]:
    """Where on the card a path of its own configuration is; never a place of this machine's."""
    path = Path(said)
    places = [root / path.relative_to("/"), path] if path.is_absolute() else [base / path]
    for place in places:
        if place.resolve().is_relative_to(root.resolve()):
            yield place


def _holds_logs(folder: Path) -> bool:
    try:
        return (folder / LEDGER).is_file() or any((folder / CLOSED).glob("*.db"))
    except OSError:
        return False


def _search(root: Path, deep: int) -> Iterator[Path]:
    """Folders below `root` with a ledger. No link is followed.

    What it has ended or set aside is its own; a device that came after another one may be below it.
    """
    for folder, below, _ in os.walk(root):
        place = Path(folder)
        if _holds_logs(place):
            below[:] = [name for name in below if name not in {CLOSED, DAMAGED}]
            yield place
        if len(place.relative_to(root).parts) >= deep:
            below.clear()


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    table = document.get(name)
    return table if isinstance(table, dict) else {}


def _text(table: dict[str, Any], name: str) -> str | None:
    value = table.get(name)
    return value if isinstance(value, str) and value else None
