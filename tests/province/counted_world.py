"""A province database that is told of ratings without signatures, for properties over many histories."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from device.clock import FakeClock, wall_text
from province.ingest.commit import commit_rows
from province.ingest.counting import Standing
from province.ingest.loss import Losses
from province.ingest.rules import Rules
from province.ingest.settling import settle_silent
from province.ingest.timing import learn_from_hello
from province.role import Principal, Role
from province.store import groups, logs, ratings, recount, registry
from province.store.database import Database
from province.store.recount import Difference
from province.store.registry import Device
from sync.contract.messages import Hello
from tests.province.blank import blank_database
from tests.province.simulated_device import SimulatedLog, rating_row

VIEWER = Principal("li", Role.VIEWER)


class CountedWorld:
    """Devices by number, each with a log; what they append is committed at once."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock
        self.logs: dict[int, SimulatedLog] = {}

    def rate(self, device: int, level: int | None = 5, /, **changed: Any) -> int:
        """A rating of the device of that number; its seq."""
        # Of no assignment unless one is given: then it lands where it says.
        row = {**rating_row(level, at=self.clock.now().wall), "assignment": None, **changed}
        seq = self._log(device).append(row)
        self.commit(device)
        return seq

    def commit(self, device: int) -> None:
        """Commit what the log has beyond the province's head."""
        log, now = self._log(device), self.clock.now().wall
        with self.database.write() as connection:
            held = logs.lock(connection, log.log_id, device=name_of(device), at=wall_text(now))
            if len(log.rows) > held.seq:
                batch = log.batch(held.seq + 1, len(log.rows))
                commit_rows(connection, held, batch.rows, now, Rules(), losses=Losses())
                logs.advance(connection, log.log_id, seq=batch.last, head=batch.head)

    def restand(self, device: int, seq: int, *, counted: bool) -> None:
        """Give a row another standing, as a person who admits it would."""
        log = self._log(device)
        if seq > len(log.rows):
            return
        with self.database.write() as connection:
            held = ratings.page(connection, device=None, log_id=log.log_id, after=None, limit=1000)
            marks = held[seq - 1].marks
            standing = Standing(counted, marks)
            ratings.change(connection, log.log_id, {seq: standing})

    def anchor(self, device: int, boot: str, since: timedelta) -> None:
        """Learn that this boot's monotonic clock showed 0 `since` ago."""
        log, now = self._log(device), self.clock.now().wall
        hello = Hello(
            session="s",
            boot=boot,
            mono_ms=0,
            sent_at=wall_text(now - since),
            clock="trusted",
            contract=[1],
            accepts=[],
            active=log.log_id,
            logs=[log.state()],
            software="0.1.0",
        )
        with self.database.write() as connection:
            learn_from_hello(connection, name_of(device), hello, now)

    def settle(self) -> None:
        """Let 300 s of silence pass and settle what is over."""
        self.clock.advance(301_000)
        settle_silent(self.database, self.clock.now().wall, Rules())

    def wait(self, time: timedelta) -> None:
        """Let time pass and release what is due."""
        self.clock.advance(int(time / timedelta(milliseconds=1)))
        with self.database.write() as connection:
            while groups.release(connection, self.clock.now().wall):
                pass

    def differences(self) -> list[Difference]:
        with self.database.read() as connection:
            return recount.differences(connection)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement))]

    def _log(self, device: int) -> SimulatedLog:
        if device not in self.logs:
            self.logs[device] = SimulatedLog(f"{device:032x}")
            name = name_of(device)
            with self.database.write() as connection:
                added = Device(name, name, "", wall_text(self.clock.now().wall))
                registry.add(connection, added, window=f"W{device}", number=1)
        return self.logs[device]


def name_of(device: int) -> str:
    """The id of a device by its number."""
    return f"dev-{device:03}"


@contextmanager
def counted_world() -> Iterator[CountedWorld]:
    """A new world in a folder of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        blank_database(Path(folder)) as database,
    ):
        yield CountedWorld(database, FakeClock())
