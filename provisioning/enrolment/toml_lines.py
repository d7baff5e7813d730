"""Setting keys in a TOML text line by line: whatever else is in it, comments too, stays as it was."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping

Wanted = Mapping[str, Mapping[str, str | int | None]]
"""Table → key → value; None: the key is not to be there."""

_TABLE = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+)\s*\]\s*(?:#.*)?")
_LINE = re.compile(
    r"""(?P<head>\s*(?P<key>[A-Za-z0-9_-]+)\s*=\s*)(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"']+)(?P<rest>\s*(?:\#.*)?)"""
)


class OddToml(ValueError):
    """The text says it in a way that cannot be changed line by line."""


def with_keys(text: str, wanted: Wanted) -> str:
    """`text` with the keys as `wanted`. Raises OddToml for a text in which that cannot be done safely."""
    lines: list[str] = []
    open_: dict[str, dict[str, str | int | None]] = {name: dict(keys) for name, keys in wanted.items()}
    table = ""
    for line in text.splitlines():
        heading = _TABLE.fullmatch(line)
        if heading:
            _close(lines, open_.get(table, {}))
            table = heading[1]
        found = None if heading else _LINE.fullmatch(line)
        if found and found["key"] in open_.get(table, {}):
            value = open_[table].pop(found["key"])
            if value is not None:
                lines.append(f"{found['head']}{_toml(value)}{found['rest']}")
        else:
            lines.append(line)
    _close(lines, open_.get(table, {}))
    for name, keys in open_.items():
        if any(value is not None for value in keys.values()):
            lines += ["", f"[{name}]"]
            _close(lines, keys)
    made = "\n".join(lines) + "\n"
    _check(text, made, wanted)
    return made


def _close(lines: list[str], left: dict[str, str | int | None]) -> None:
    """What a table lacks goes after its last line that says something."""
    at = len(lines)
    while at and not lines[at - 1].strip():
        at -= 1
    lines[at:at] = [f"{key} = {_toml(value)}" for key, value in left.items() if value is not None]
    left.clear()


def _toml(value: str | int) -> str:
    # Every JSON string and integer is one of TOML too.
    return json.dumps(value, ensure_ascii=False)


def _check(before: str, after: str, wanted: Wanted) -> None:
    """That exactly the wanted keys have changed: the lines are read without knowing all of TOML."""
    try:
        expected, made = tomllib.loads(before), tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        raise OddToml(str(error)) from None
    for name, keys in wanted.items():
        table = expected.setdefault(name, {})
        if not isinstance(table, dict):
            raise OddToml(f"{name} is no table")
        for key, value in keys.items():
            table.pop(key, None)
            if value is not None:
                table[key] = value
        if not table:
            del expected[name]
    if expected != {name: table for name, table in made.items() if table != {} or name in expected}:
        raise OddToml("the keys are not each on a line of their own")
