"""A change of settings as an operator types it: `KEY=VALUE`, checked before anything is signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from device.errors import InvalidField
from province.store.settings import Body

NAMES = ("number", "name", "hall")
SECONDS = ("answer_s", "reasons_s", "thanks_s")
KEYS = (
    "window.id",
    *(f"window.{name}" for name in NAMES),
    *(f"visit.{name}" for name in SECONDS),
    "visit.uninvited",
    "clerk.ID",
    "clerk.ID.photo",
)

_PHOTO = ".photo"


def changed(
    body: Body, changes: Mapping[str, str], *, size_of: Callable[[str], int | None] = lambda _: None
) -> tuple[Body, str | None]:
    """`body` with `changes`, and the window that the device is moved to, if it is.

    An empty value unsets: the device's own configuration holds again. A photo's value is the SHA-256 of a
    picture that is held: `size_of` tells its size. Raises InvalidField naming the key.
    """
    plain: dict[str, Any] = msgspec.to_builtins(body)
    window = None
    for key, value in sorted(changes.items(), key=lambda change: change[0].endswith(_PHOTO)):
        table, _, name = key.partition(".")
        match table, name:
            case "window", "id":
                window = _window(value)
            case "window", _ if name in NAMES:
                _put(plain, "names", name, value)
            case "visit", _ if name in SECONDS:
                _put(plain, "rules", name, _seconds(key, value) if value else None)
            case "visit", "uninvited":
                _put(plain, "rules", name, value or None)
            case "clerk", _ if name.endswith(_PHOTO):
                _put_photo(plain, key, name.removesuffix(_PHOTO), value, size_of)
            case "clerk", _ if name:
                clerks = plain.get("clerks", [])
                others = [clerk for clerk in clerks if clerk["id"] != name]
                before: dict[str, Any] = next((clerk for clerk in clerks if clerk["id"] == name), {})
                plain["clerks"] = [*others, {**before, "id": name, "shown": value}] if value else others
            case _:
                raise InvalidField(key, f"unknown key; allowed: {', '.join(KEYS)}")
    try:
        return msgspec.convert(plain, Body), window
    except msgspec.ValidationError as error:
        raise InvalidField("settings", str(error)) from None


def _put(plain: dict[str, Any], table: str, name: str, value: object) -> None:
    plain[table] = {**plain.get(table, {}), name: value}


def _put_photo(
    plain: dict[str, Any], key: str, clerk: str, sha256: str, size_of: Callable[[str], int | None]
) -> None:
    entry = next((entry for entry in plain.get("clerks", []) if entry["id"] == clerk), None)
    if entry is None:
        raise InvalidField(key, f"there is no clerk {clerk}; set clerk.{clerk} too")
    if not sha256:
        entry.pop("photo", None)
        return
    size = size_of(sha256)
    if size is None:
        raise InvalidField(key, "names no picture that is held here; `settings set` takes the file itself")
    entry["photo"] = {"sha256": sha256, "size": size}


def _seconds(key: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise InvalidField(key, f"is {value!r}; must be a number of seconds") from None


def _window(value: str) -> str:
    if not 1 <= len(value) <= 64 or "\0" in value:
        raise InvalidField("window.id", "must have 1 to 64 characters")
    return value
