"""Ledgers on cards, and the command that rescues them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from device.ledger.writer import Ledger
from tests.device.ratings import rating
from tests.provisioning.console import Done, chuangping_here


def fill(folder: Path, first: int, last: int) -> Ledger:
    """The ledger in `folder`, open, with ratings `first` to `last` appended."""
    ledger = Ledger(folder / "ratings.db")
    if not ledger.path.exists():
        ledger.create()
    ledger.open()
    for number in range(first, last + 1):
        ledger.append(rating(number, level=number % 5 + 1, assignment=1))
    return ledger


def rescue(card: Path, pem: Path, *more: str) -> Done:
    return chuangping_here("rescue", card, "--technician", pem, "--lang", "en", "--json", *more)


def said(done: Done) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def files(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below `root` with what is in it, and when it was written."""
    return {
        str(file.relative_to(root)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in root.rglob("*")
        if file.is_file()
    }
