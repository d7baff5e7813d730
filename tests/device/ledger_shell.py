"""A plain sqlite3 shell on a ledger, as somebody with the card would use it."""

from __future__ import annotations

import subprocess
from pathlib import Path


def shell(path: Path, sql: str) -> str:
    """What the sqlite3 shell printed on stderr; empty when it refused nothing."""
    return subprocess.run(["sqlite3", path, sql], capture_output=True, text=True, check=False).stderr


def without_triggers(path: Path, sql: str) -> None:
    """Run `sql` after dropping every trigger; they are put back, so that only the chain can tell."""
    names = subprocess.run(
        ["sqlite3", path, "SELECT name, hex(sql) FROM sqlite_master WHERE type = 'trigger'"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    triggers = dict(line.split("|") for line in names)
    drops = "".join(f"DROP TRIGGER {name};" for name in triggers)
    back = "".join(f"{bytes.fromhex(text).decode()};" for text in triggers.values())
    subprocess.run(["sqlite3", path], input=drops + sql + ";" + back, text=True, check=True)
