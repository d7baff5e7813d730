"""The figures' lines are a transaction's last locks: workers who count at once do not wait in a circle."""

from __future__ import annotations

import threading

from province.store import tallies
from province.store.database import Database
from province.tally import TallyKey
from tests.patience import PATIENCE_S

DAY = "2026-11-22"
LINES = [TallyKey("window", name, DAY, "level", "5", 0) for name in ("W1", "W2")]


def test_two_that_add_to_the_same_lines_in_opposite_order_both_succeed(postgres_url: str) -> None:
    failed: list[Exception] = []
    with Database(postgres_url) as database:
        both_began = threading.Barrier(2, timeout=PATIENCE_S)

        def count(lines: list[TallyKey]) -> None:
            try:
                with database.write() as connection:
                    tallies.add_lines(connection, {lines[0]: 1})
                    both_began.wait()
                    tallies.add_lines(connection, {lines[1]: 1})
            except Exception as error:  # noqa: BLE001 - told to the test's own thread
                failed.append(error)

        threads = [threading.Thread(target=count, args=(lines,)) for lines in (LINES, LINES[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_S)
        assert failed == []
        with database.read() as connection:
            assert tallies.of_day(connection, DAY, [("window", "level")]) == dict.fromkeys(LINES, 2)


def test_what_fails_adds_nothing_later(database: Database) -> None:
    try:
        with database.write() as connection:
            tallies.add_lines(connection, {LINES[0]: 1})
            raise KeyError
    except KeyError:
        pass
    with database.write() as connection:
        tallies.add_lines(connection, {LINES[1]: 1})
    with database.read() as connection:
        assert tallies.of_day(connection, DAY, [("window", "level")]) == {LINES[1]: 1}
