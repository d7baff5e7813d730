"""docs/configuration.md has every key with its type, unit, bounds, default and meaning, and no other."""

from __future__ import annotations

import types
import typing
from dataclasses import MISSING
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest

from device.configuration import Bounds, DeclaredKey, declared_keys
from device.settings import DeviceConfig
from province.settings import ProvinceConfig
from provisioning.enrolment.settings import EnrolmentConfig
from sync.agent.settings import SyncConfig
from tests.docs.pages import Page, rows

PAGE = Page("docs/configuration.md")
FILES = {
    "device.toml": DeviceConfig,
    "sync.toml": SyncConfig,
    "province.toml": ProvinceConfig,
    "enrolment.toml": EnrolmentConfig,
}

_TYPES = {str: "text", int: "integer", float: "number", bool: "true or false", Path: "path"}


def cells(declared: DeclaredKey) -> list[str]:
    """The row of the table for one key."""
    return [
        f"`{declared.name}`",
        _type(declared.type, declared.bounds),
        _allowed(declared.type, declared.bounds),
        _default(declared.type, declared.default),
        declared.bounds.doc,
    ]


def _inner(wanted: Any) -> Any:
    if isinstance(wanted, types.UnionType) or get_origin(wanted) is typing.Union:
        (wanted,) = (a for a in get_args(wanted) if a is not type(None))
    return wanted


def _type(wanted: Any, bounds: Bounds) -> str:
    wanted = _inner(wanted)
    if get_origin(wanted) is tuple:
        entry = get_args(wanted)[0]
        if get_origin(entry) is tuple:  # a table with names of its own
            return f"table of {_TYPES[get_args(entry)[1]]}"
        return f"list of {_TYPES[entry]}"
    if bounds.secret:
        return "secret path"
    return _TYPES[wanted]


def _allowed(wanted: Any, bounds: Bounds) -> str:
    if bounds.choices:
        return ", ".join(f'`"{choice}"`' for choice in bounds.choices)
    if bounds.least is None or bounds.most is None:
        return ""
    wanted = _inner(wanted)
    if get_origin(wanted) is tuple:
        wanted = get_args(wanted)[0]
        wanted = get_args(wanted)[1] if get_origin(wanted) is tuple else wanted
    unit = "characters" if wanted is str else bounds.unit
    return f"{_figure(bounds.least)} to {_figure(bounds.most)} {unit}".strip()


def _figure(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


def _default(wanted: Any, value: Any) -> str:
    match value:
        case () if _type(wanted, Bounds("")).startswith("table"):
            return "`{}`"
        case _ if value is MISSING:
            return "**required**"
        case None:
            return "none"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f'`"{value}"`'
        case float():
            return f"`{_figure(value)}`"
        case tuple():
            return f"`{list(value)}`"
        case _:
            return f"`{value}`"


@pytest.mark.parametrize("file", FILES)
def test_the_table_of_a_file_is_what_the_code_declares(file: str) -> None:
    said = rows(PAGE.section(file))
    declared = [cells(key) for key in declared_keys(FILES[file])]
    as_it_should_be = "\n".join("| " + " | ".join(row) + " |" for row in declared)
    assert said == declared, f"the table of {file} should be:\n{as_it_should_be}"


@pytest.mark.parametrize(("file", "config"), FILES.items())
def test_every_key_says_what_it_is_for(file: str, config: type) -> None:
    assert [key.name for key in declared_keys(config) if not key.bounds.doc] == []
