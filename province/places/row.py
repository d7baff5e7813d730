"""One line of the table of places: a window with its hall and organisation, checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Protocol

from province.places.fault import Fault

MOST_ROWS = 50_000


class Kind(StrEnum):
    """What a column holds."""

    CODE = "code"
    NAME = "name"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its English name. `also`: what else it may be called; `most`: characters."""

    name: str
    kind: Kind
    most: int
    required: bool
    also: tuple[str, ...]


# A device's screen shows 8 characters of a number and 40 of a name; a row names its window in at most 64.
COLUMNS = (
    Column(
        "organisation_code", Kind.CODE, 64, True, ("部门编码", "部门代码", "统一社会信用代码", "dept_code")
    ),
    Column("organisation", Kind.NAME, 100, True, ("部门名称", "部门", "dept_name")),
    Column("hall_code", Kind.CODE, 64, True, ("大厅编码", "大厅代码", "大厅编号")),
    Column("hall", Kind.NAME, 40, True, ("大厅名称", "大厅", "hall_name")),
    Column("area_code", Kind.AREA, 12, False, ("行政区划代码", "行政区划", "区划代码")),
    Column("window_code", Kind.CODE, 64, True, ("窗口编码", "窗口代码", "窗口编号", "window")),
    Column("window_number", Kind.NAME, 8, False, ("窗口牌号", "窗口号")),
    Column("window_name", Kind.NAME, 40, False, ("窗口名称",)),
)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One line, as written but for spaces around it; empty where nothing is said."""

    line: int
    organisation_code: str
    organisation: str
    hall_code: str
    hall: str
    area_code: str
    window_code: str
    window_number: str
    window_name: str

    @classmethod
    def of(cls, line: int, cells: Mapping[str, str]) -> PlaceRow:
        """The row of these cells by column; what is not there is empty."""
        names = [known.name for known in fields(cls) if known.name != "line"]
        return cls(line, *(cells.get(name, "") for name in names))


def check_rows(rows: Iterable[PlaceRow]) -> Iterator[Fault]:
    """Every fault of every row, alone and beside the others."""
    windows: dict[str, int] = {}
    first: dict[tuple[str, str], PlaceRow] = {}
    for row in rows:
        for column in COLUMNS:
            yield from _check_cell(row.line, column, getattr(row, column.name))
        if row.window_code:
            before = windows.setdefault(row.window_code, row.line)
            if before != row.line:
                yield Fault(row.line, "window_twice", "window_code", {"other": before})
        for code, others in (
            ("organisation_code", ("organisation",)),
            ("hall_code", ("hall", "organisation_code", "area_code")),
        ):
            named = getattr(row, code)
            if named:
                one = first.setdefault((code, named), row)
                for other in others:
                    said = getattr(row, other)
                    missing = not said and other != "area_code"
                    if not missing and getattr(one, other) != said:
                        yield Fault(row.line, "differs", other, {"other": one.line})


class _MakeFault(Protocol):
    def __call__(self, code: str, **facts: str | int) -> Fault: ...


def _check_cell(line: int, column: Column, value: str) -> Iterator[Fault]:
    def fault(code: str, **facts: str | int) -> Fault:
        return Fault(line, code, column.name, facts)

    if not value:
        if column.required:
            yield fault("missing")
        return
    invisible = next((c for c in value if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}), None)
    if invisible is not None:
        yield fault("invisible", character=f"U+{ord(invisible):04X}")
    elif len(value) > column.most:
        yield fault("too_long", number=len(value), most=column.most)
    elif column.kind is not Kind.NAME:
        yield from _check_code(fault, column, value)


def _check_code(fault: _MakeFault, column: Column, value: str) -> Iterator[Fault]:
    if re.fullmatch(r"[0-9](\.[0-9]+)?[Ee]\+[0-9]+", value):
        yield fault("rounded", value=value)
    elif unicodedata.normalize("NFKC", value) != value:
        yield fault("full_width")
    elif column.kind is Kind.AREA:
        if not re.fullmatch(r"[0-9]{6,12}", value):
            yield fault("not_an_area")
    else:
        strange = next((c for c in value if not (c.isalnum() or c in "-_.")), None)
        if strange is not None or value[0] in "-.":
            yield fault("not_a_code", character=strange or value[0])
