"""What a technician does with a box, and what came of it."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from device.ledger.writer import Ledger
from province.store import registry
from province.store.registry import Assignment
from sync.agent.store import SyncStore
from tests.province.province_bench import ProvinceBench
from tests.provisioning.console import Done, chuangping_here


def act(verb: str, root: Path, pem: Path, *more: str) -> Done:
    where = root / "etc/chuangping"
    return chuangping_here(verb, "--dir", where, "--technician", pem, "--lang", "en", "--json", *more)


def said(done: Done) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def refused(done: Done) -> str:
    assert done.returncode == 1, done.stderr
    return str(json.loads(done.stdout)["error"])


def places_of(bench: ProvinceBench, device: str) -> list[Assignment]:
    with bench.database.read() as connection:
        return registry.assignments_of(connection, device)


def receipted(root: Path, rows: int) -> None:
    """The agent's file says that so many rows have arrived."""
    ledger = Ledger(root / "var/lib/chuangping/ratings.db")
    ledger.open()
    with closing(ledger), SyncStore(root / "var/lib/chuangping/sync.db") as store:
        store.move_watermark(ledger.head.log_id, rows, ledger.head.hash)


def arrived(root: Path, pem: Path) -> None:
    """Every row is at the province, and the agent knows."""
    assert chuangping_here("rescue", root, "--technician", pem, "--yes").returncode == 0
    receipted(root, 7)
