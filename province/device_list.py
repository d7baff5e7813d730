"""The list of devices as somebody asks for it: filtered, searched, sorted, one sheet at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urlencode

from device.device_code import DeviceCode, NotACode
from province.roster import RosterEntry

ON_A_SHEET = 50
MOST_ASKED = 64


class State(StrEnum):
    """What a list is narrowed to. `TROUBLE`: faults, or keys to be checked."""

    ONLINE = "online"
    OFFLINE = "offline"
    TROUBLE = "trouble"
    REVOKED = "revoked"


def state_of(entry: RosterEntry) -> State:
    """Whether a device is shut out, online or offline."""
    if entry.revoked_at is not None:
        return State.REVOKED
    return State.ONLINE if entry.online else State.OFFLINE


def is_in_trouble(entry: RosterEntry) -> bool:
    """Whether somebody should look at a device; one that is shut out is none to look at."""
    return entry.revoked_at is None and bool(entry.faults or entry.key_health == "suspect")


# By the name in the address; what is not known goes last, whichever way.
_KEYS: Mapping[str, Callable[[RosterEntry], Any]] = {
    "device": lambda entry: entry.code or entry.device,
    "window": lambda entry: entry.window,
    "hall": lambda entry: entry.hall_name,
    "state": lambda entry: state_of(entry).value,
    "queue": lambda entry: entry.queue,
    "held": lambda entry: sum(log.through for log in entry.logs),
    "receipt": lambda entry: entry.receipt_at,
    "proven": lambda entry: entry.keys_proven_on,
    "ends": lambda entry: entry.certificate_ends,
    "software": lambda entry: entry.software,
}
SORTS = tuple(_KEYS)


@dataclass(frozen=True, slots=True)
class Asked:
    """`hall` by code; `search`: part of an id, a code or a window; `sheet` from 1.

    `sort`: one of SORTS, with "-" before it downwards.
    """

    hall: str = ""
    state: str = ""
    search: str = ""
    sort: str = "window"
    sheet: int = 1

    @classmethod
    def read(cls, said: Mapping[str, str]) -> Self:
        """What an address asks for; what it says that cannot be understood is passed over."""
        sort, sheet, state = said.get("sort", ""), said.get("sheet", ""), said.get("state", "")
        return cls(
            hall=said.get("hall", "").replace("\0", "")[:MOST_ASKED],
            state=state if state in set(State) else "",
            search=said.get("search", "").replace("\0", "").strip()[:MOST_ASKED],
            sort=sort if sort.removeprefix("-") in _KEYS else "window",
            sheet=int(sheet) if sheet.isascii() and sheet.isdecimal() and 0 < len(sheet) < 6 else 1,
        )

    def address(self, **changed: Any) -> str:
        """The query of an address that asks for this, with some of it changed; from the first sheet on."""
        wanted = replace(self, **{"sheet": 1, **changed})
        plain = type(self)()
        said = {
            name: value
            for name in ("hall", "state", "search", "sort", "sheet")
            if (value := getattr(wanted, name)) != getattr(plain, name)
        }
        return urlencode(said)

    def sorted_by(self, name: str) -> str | None:
        """How the list is sorted by this, as ARIA says it; None: by something else."""
        if self.sort.removeprefix("-") != name:
            return None
        return "descending" if self.sort.startswith("-") else "ascending"


@dataclass(frozen=True, slots=True)
class DeviceList:
    """`entries` of one sheet; `found`: how many there are on all `sheets`."""

    asked: Asked
    entries: list[RosterEntry]
    found: int
    sheets: int


def list_of(entries: Sequence[RosterEntry], asked: Asked) -> DeviceList:
    """The sheet that is asked for; the last one when there are fewer."""
    found = selected(entries, asked)
    sheets = max(1, -(-len(found) // ON_A_SHEET))
    sheet = min(max(asked.sheet, 1), sheets)
    start = (sheet - 1) * ON_A_SHEET
    return DeviceList(replace(asked, sheet=sheet), found[start : start + ON_A_SHEET], len(found), sheets)


def selected(entries: Sequence[RosterEntry], asked: Asked) -> list[RosterEntry]:
    """All that is asked for, sorted."""
    wanted = _search(asked.search)
    kept = [
        entry
        for entry in entries
        if (not asked.hall or entry.hall == asked.hall) and _is_in(entry, asked.state) and wanted(entry)
    ]
    key = _KEYS[asked.sort.removeprefix("-")]
    known = sorted((e for e in kept if key(e) is not None), key=lambda entry: entry.device)
    known.sort(key=key, reverse=asked.sort.startswith("-"))
    return known + [entry for entry in kept if key(entry) is None]


def _is_in(entry: RosterEntry, state: str) -> bool:
    if state == State.TROUBLE:
        return is_in_trouble(entry)
    return not state or state_of(entry) == state


def _search(text: str) -> Callable[[RosterEntry], bool]:
    try:
        exactly = DeviceCode.read(text).device_id  # what the sticker's QR code says ends in the code
    except NotACode:
        part = _plain(text)
        return lambda entry: any(part in _plain(said) for said in _names(entry))
    return lambda entry: entry.device == exactly


def _names(entry: RosterEntry) -> list[str]:
    names = (entry.device, entry.code, entry.window, entry.window_number, entry.window_name)
    return [name for name in names if name]


def _plain(text: str) -> str:
    return text.casefold().replace("-", "").replace(" ", "")
