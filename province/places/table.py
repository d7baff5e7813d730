"""A CSV file of places: read with every fault found, written so that spreadsheets run nothing of it."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable
from dataclasses import asdict

from province.places.encoding import decode_lines
from province.places.fault import Fault
from province.places.row import COLUMNS, MOST_ROWS, PlaceRow, check_rows
from province.places.texts import CHINESE, ENGLISH, text_of

_SEPARATORS = (",", ";", "\t", "，")
# The beginning of a formula in a spreadsheet, apostrophes before it or not.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NAMES = {said: column.name for column in COLUMNS for said in (column.name, *column.also)}


def read_table(
    content: bytes, *, encoding: str = "auto", language: str = CHINESE
) -> tuple[list[PlaceRow], list[Fault]]:
    """The rows of a CSV file and every fault in it; rows are of use only when there is none.

    A cell holds no line break, so that every line is a row and a bad one spoils no other. Lines of nothing
    but separators are passed over.
    """
    lines, faults = decode_lines(content, encoding=encoding)
    if not lines:
        return [], faults
    header, separator = _header_place(lines)
    if header is None:
        return [], [*faults, Fault(1, "no_header")]
    columns, wrong = _columns(lines[header], header + 1, separator, language)
    if wrong:
        return [], [*faults, *wrong]
    rows: list[PlaceRow] = []
    spoilt = {fault.line for fault in faults}
    for number, line in enumerate(lines[header + 1 :], header + 2):
        cells = _cells(line, separator)
        if cells is None:
            faults.append(Fault(number, "quote"))
            spoilt.add(number)
        elif any(cells[len(columns) :]):
            faults.append(
                Fault(number, "too_many_fields", None, {"number": len(cells), "columns": len(columns)})
            )
            spoilt.add(number)
        elif any(cells):
            named = zip(columns, cells, strict=False)
            rows.append(PlaceRow.of(number, {name: _plain(cell) for name, cell in named if name}))
    if not rows and not spoilt:
        faults.append(Fault(header + 1, "no_rows"))
    if len(rows) > MOST_ROWS:
        return [], [*faults, Fault(rows[MOST_ROWS].line, "too_many_rows", None, {"most": MOST_ROWS})]
    return rows, [*faults, *check_rows(rows)]


def write_table(rows: Iterable[PlaceRow], *, language: str = CHINESE) -> bytes:
    """The rows as CSV that spreadsheets open rightly: UTF-8 with BOM, an apostrophe before formulas."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([text_of(language, f"column.{column.name}") for column in COLUMNS])
    for row in rows:
        cells = asdict(row)
        writer.writerow([harmless(cells[column.name]) for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """`cell`, which no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    """A cell as it was before it was made harmless."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _header_place(lines: list[str]) -> tuple[int | None, str]:
    """Where the names of the columns are, and what parts them. Excel may write `sep=;` before them."""
    place = next((number for number, line in enumerate(lines) if line.strip()), None)
    if place is None:
        return None, ","
    said = lines[place].strip().strip('"')
    if said.lower().startswith("sep=") and place + 1 < len(lines):
        return place + 1, said[4:] or "\t"
    known = {
        separator: sum(_column_of(cell) is not None for cell in _cells(lines[place], separator) or [])
        for separator in _SEPARATORS
    }
    return place, max(_SEPARATORS, key=lambda separator: known[separator])


def _columns(line: str, number: int, separator: str, language: str) -> tuple[list[str | None], list[Fault]]:
    cells = _cells(line, separator)
    if cells is None:
        return [], [Fault(number, "quote")]
    while cells and not cells[-1]:
        cells.pop()
    faults: list[Fault] = []
    columns: list[str | None] = []
    for cell in cells:
        name = _column_of(cell)
        if name is None:
            faults.append(
                Fault(number, "unknown_column", None, {"name": cell[:40], "near": _near(cell, language)})
            )
        elif name in columns:
            faults.append(Fault(number, "column_twice", None, {"name": cell[:40]}))
        columns.append(name)
    missing = [column.name for column in COLUMNS if column.required and column.name not in columns]
    faults += [
        Fault(number, "column_missing", None, {"name": text_of(language, f"column.{name}")})
        for name in missing
    ]
    return columns, faults


def _column_of(cell: str) -> str | None:
    return _NAMES.get(cell.lower().replace(" ", "_"))


def _near(cell: str, language: str) -> str:
    near = difflib.get_close_matches(cell.lower().replace(" ", "_"), list(_NAMES), 1)
    if near:
        return text_of(language, "near", name=near[0])
    parting = ", " if language == ENGLISH else "、"
    names = parting.join(text_of(language, f"column.{column.name}") for column in COLUMNS)
    return text_of(language, "allowed", names=names)


def _cells(line: str, separator: str) -> list[str] | None:
    """The cells of a line without spaces around them, None when its quotes do not pair."""
    try:
        # The reader knows no end of a file here: a quote that stays open is an error of this line.
        (cells,) = csv.reader([line], delimiter=separator, strict=True) if line.strip() else ([],)
    except (csv.Error, ValueError, TypeError):
        return None
    return [cell.strip() for cell in cells]
