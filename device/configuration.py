"""Reading a TOML configuration into frozen values: every key with its bounds, every fault told at once.

A configuration is a frozen dataclass of frozen dataclasses, one for each TOML table; `key()` declares a key.
"""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar, get_args, get_origin, get_type_hints, runtime_checkable

from device.errors import ConfigError

T = TypeVar("T")

NamedValues = tuple[tuple[str, T], ...]
"""The type of a key that is itself a table, with names that are the user's own; in the order given."""


@runtime_checkable
class Ruled(Protocol):
    """A table whose keys must also agree with one another says so in `faults`; the whole of a file too."""

    def faults(self) -> list[str]:
        """`key: what is wrong`, for each disagreement; of the whole `table.key: …`."""
        ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is allowed of one key, and what a person should know of it.

    Bounds of a list, and of a table with names of its own, hold for each entry.
    """

    doc: str
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False  # a path to a file that others must not read
    was: str = ""  # what the first entry of this list was called when it was a key by itself

    def allowed(self) -> str:
        if self.choices:
            return "one of " + ", ".join(f'"{c}"' for c in self.choices)
        if self.least is not None and self.most is not None:
            return f"{self.least:.16g} to {self.most:.16g}{' ' + self.unit if self.unit else ''}"
        return "any"


def key(
    default: Any = MISSING,
    *,
    doc: str,
    unit: str = "",
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
    secret: bool = False,
    was: str = "",
) -> Any:
    """Declare one key of a table. Without a default it is required."""
    bounds = Bounds(doc, unit, least, most, choices, secret, was)
    if isinstance(default, list):
        default = tuple(default)
    elif isinstance(default, dict):
        default = tuple(default.items())
    return field(default=default, metadata={"bounds": bounds})


@dataclass(frozen=True, slots=True)
class DeclaredKey:
    """One key as declared: dotted name, type, default (MISSING when required) and bounds."""

    name: str
    type: Any
    default: Any
    bounds: Bounds


def declared_keys(config_type: type) -> list[DeclaredKey]:
    """Every key of a configuration dataclass, in order, without `kind`."""
    found: list[DeclaredKey] = []
    tables = get_type_hints(config_type)
    for table in dataclasses.fields(config_type):
        table_type = tables[table.name]
        hints = get_type_hints(table_type)
        found.extend(
            DeclaredKey(f"{table.name}.{f.name}", hints[f.name], f.default, f.metadata["bounds"])
            for f in dataclasses.fields(table_type)
        )
    return found


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of the TOML file at `path`. Raises ConfigError when it cannot be read."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError([f"{path}: there is no such file"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path}: is not TOML: {error}"]) from None


def kind_of(path: Path) -> str:
    """The role a configuration file is for, from its first key, `kind`. Raises ConfigError."""
    document = read_toml(path)
    first = next(iter(document), None)
    if first != "kind" or not isinstance(document["kind"], str):
        raise ConfigError(
            [f'{path}: the first key must be kind = "device", "sync", "province" or "enrolment"']
        )
    return document["kind"]


def read_configuration(path: Path, config_type: type[T], kind: str) -> T:
    """The configuration in the file at `path`. Relative paths in it are relative to its folder.

    Raises ConfigError (exit 78) listing every fault, unknown keys first.
    """
    document = read_toml(path)
    if next(iter(document), None) != "kind" or document["kind"] != kind:
        raise ConfigError(
            [f'{path}: kind: is {document.get("kind")!r}; the first key must be kind = "{kind}"']
        )
    del document["kind"]
    keys = {k.name: k for k in declared_keys(config_type)}
    given, problems = _flatten(path, document, keys)
    values: dict[str, Any] = {}
    for name, declared in keys.items():
        if name in given:
            try:
                values[name] = _value(declared, given[name], path.parent)
            except ValueError as error:
                problems.append(f"{path}: {name}: {error}")
        elif declared.default is MISSING:
            problems.append(f"{path}: {name}: is required ({declared.bounds.doc})")
        else:
            values[name] = declared.default
    hints = get_type_hints(config_type)
    tables: dict[str, Any] = {}
    for table in dataclasses.fields(config_type):  # type: ignore[arg-type]
        names = [f.name for f in dataclasses.fields(hints[table.name])]
        if all(f"{table.name}.{name}" in values for name in names):
            made = hints[table.name](**{name: values[f"{table.name}.{name}"] for name in names})
            tables[table.name] = made
            if isinstance(made, Ruled):
                problems += [f"{path}: {table.name}.{fault}" for fault in made.faults()]
    if problems:
        raise ConfigError(problems)
    config = config_type(**tables)
    if isinstance(config, Ruled) and (disagreements := config.faults()):
        raise ConfigError([f"{path}: {fault}" for fault in disagreements])
    return config


def _flatten(
    path: Path, document: Mapping[str, Any], keys: Mapping[str, DeclaredKey]
) -> tuple[dict[str, Any], list[str]]:
    """Dotted names → values of the known keys, and a sentence for each unknown one."""
    given: dict[str, Any] = {}
    problems: list[str] = []
    former = {k.bounds.was: k for k in keys.values() if k.bounds.was}
    for table, entries in document.items():
        names = (
            {f"{table}.{name}": value for name, value in entries.items()}
            if isinstance(entries, Mapping)
            else {table: entries}
        )
        for name, value in names.items():
            if name in keys:
                given[name] = value
                continue
            if name in former:
                # A device must start with the file it has had: what was said there comes first.
                whole = former[name]
                given.setdefault(whole.name, [value, *(one for one in whole.default if one != value)])
                continue
            nearest = _nearest(name, keys)
            problems.append(
                f"{path}: {name}: unknown key (its value: {value!r})"
                + (f"; did you mean {nearest}?" if nearest else "")
            )
    return given, problems


def _nearest(name: str, keys: Mapping[str, DeclaredKey]) -> str | None:
    close = difflib.get_close_matches(name, keys, n=1, cutoff=0.6)
    if not close:  # right key, wrong table
        last = name.rsplit(".", 1)[-1]
        by_last = {k.rsplit(".", 1)[-1]: k for k in keys}
        close = [by_last[n] for n in difflib.get_close_matches(last, by_last, n=1, cutoff=0.7)]
    return close[0] if close else None


def _value(declared: DeclaredKey, value: Any, folder: Path) -> Any:
    """`value` as the declared type, within its bounds. Raises ValueError saying what is allowed."""
    wanted = declared.type
    bounds = declared.bounds
    if isinstance(wanted, types.UnionType) or get_origin(wanted) is typing.Union:
        (wanted,) = (a for a in get_args(wanted) if a is not type(None))
    if get_origin(wanted) is tuple and get_origin(get_args(wanted)[0]) is tuple:
        if not isinstance(value, Mapping):
            raise ValueError(f"is {value!r}; must be a table: {{ name = value, … }}")
        inner = DeclaredKey(declared.name, get_args(get_args(wanted)[0])[1], MISSING, bounds)
        return tuple((name, _value(inner, v, folder)) for name, v in value.items())
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"is {value!r}; must be a list")
        (item, _) = get_args(wanted)
        inner = DeclaredKey(declared.name, item, MISSING, bounds)
        return tuple(_value(inner, v, folder) for v in value)
    if wanted is Path:
        return _path(value, bounds, folder)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, wanted) or (wanted is not bool and isinstance(value, bool)):
        name = {"str": "a string", "int": "an integer", "float": "a number", "bool": "true or false"}
        raise ValueError(f"is {value!r}; must be {name[wanted.__name__]}")
    if bounds.choices and value not in bounds.choices:
        raise ValueError(f"is {value!r}; allowed: {bounds.allowed()}")
    size = len(value) if isinstance(value, str) else value
    if bounds.least is not None and bounds.most is not None and not bounds.least <= size <= bounds.most:
        what = " characters" if isinstance(value, str) else ""
        raise ValueError(f"is {value!r}; allowed: {bounds.allowed()}{what}")
    return value


def _path(value: Any, bounds: Bounds, folder: Path) -> Path:
    if not isinstance(value, str) or not value:
        raise ValueError(f"is {value!r}; must be a path")
    path = folder / value
    if bounds.secret:
        try:
            mode = path.stat().st_mode
        except OSError as error:
            raise ValueError(f"is {value!r}; cannot be read: {error.strerror}") from None
        if mode & 0o007:
            raise ValueError(f"is {value!r}; others may read it (mode {mode & 0o777:03o}): chmod o= {path}")
    return path
