"""A list of labels in a CSV file: a heading, then one label a row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from provisioning.labels.words import Words
from provisioning.refused import Refused

COLUMNS = {
    "device": "评价器",
    "window": "窗口",
    "number": "号码",
    "name": "名称",
    "english": "英文",
    "hall": "大厅",
    "organisation": "单位",
    "phone": "电话",
    "url": "网址",
}
"""The columns, each by either name; those that are missing are empty."""

_CALLED = {called: column for column, chinese in COLUMNS.items() for called in (column, chinese)}


def read_list(file: Path) -> list[tuple[int, Words]]:
    """The labels in `file`, each with its line. UTF-8, or GB 18030 as offices write it. Raises Refused."""
    rows = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    found: list[tuple[int, Words]] = []
    try:
        columns = [_column(file, cell) for cell in next(rows, [])]
        for row in rows:
            cells = [cell.strip() for cell in row]
            if any(cells[len(columns) :]):
                more = len(cells) - len(columns)
                raise Refused("label.list_cells", file=file, line=rows.line_num, found=more)
            if any(cells):
                found.append((rows.line_num, Words(**dict(zip(columns, cells, strict=False)))))
    except csv.Error as error:
        raise Refused("label.list_unreadable", file=file, why=f"{rows.line_num}: {error}") from None
    if not found:
        raise Refused("label.list_empty", file=file)
    return found


def _column(file: Path, cell: str) -> str:
    called = cell.strip().lower()
    if called not in _CALLED:
        allowed = ", ".join(f"{column}/{chinese}" for column, chinese in COLUMNS.items())
        raise Refused("label.list_column", file=file, column=cell.strip(), why=allowed)
    return _CALLED[called]


def _text(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Refused("label.list_unreadable", file=file, why=error.strerror) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("label.list_unreadable", file=file, why="UTF-8? GB 18030?")
