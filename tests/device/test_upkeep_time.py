"""Upkeep: clock rows in the ledger, the floor and the condition in device.db."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from device.clock import Belief, FakeClock, Moment
from device.clock_rows import ClockRows
from device.condition import Condition, ConditionReport, StampedCondition
from device.invitation_store import InvitationStore
from device.ledger.guard import guarded_ledger
from device.ledger.reader import LedgerReader
from device.province_time import Anchor, ReceivedReceipts
from device.row import Row
from device.screen_watch import ScreenWatch
from device.sqlite_file import open_reader
from device.upkeep import Upkeep
from tests.device.ratings import rating

NOW = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)
IN_1970 = datetime(1970, 1, 2, tzinfo=UTC)


class Heard(ReceivedReceipts):
    """What the province said, as the test has it."""

    told: Anchor | None = None

    def __init__(self) -> None:
        super().__init__(Path("/nowhere/sync.db"), lambda _: pytest.fail("nothing to prove"))

    def anchor(self) -> Anchor | None:
        return self.told


class Bench:
    """Upkeep over real files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock(belief=Belief())
        self.heard = Heard()
        self.kernel = False
        self.start()

    def start(self) -> None:
        self.store = InvitationStore(self.folder / "device.db")
        self.store.open(self.clock.now())
        self.guard = guarded_ledger(self.folder, max_mib=64, ballast_kib=64, clock=self.clock)
        self.guard.open(known_log=None)
        self.upkeep = Upkeep(
            clock=self.clock,
            guard=self.guard,
            store=self.store,
            receipts=self.heard,
            retention_days=400,
            kernel_synchronised=lambda: self.kernel,
            clock_rows=ClockRows(self.guard),
            conditions=ConditionReport(self.store),
        )

    def stop(self) -> None:
        self.guard.close()
        self.store.close()

    def let(self, ms: int, **condition: object) -> None:
        self.clock.advance(ms)
        self.upkeep.run(idle=True, **condition)  # type: ignore[arg-type]

    def hear(self, time: datetime) -> None:
        now = self.clock.now()
        self.heard.told = Anchor(time, now.boot, now.mono_ms)

    def rate(self) -> None:
        now = self.clock.now()
        self.guard.append(rating(at=now.wall_text, boot=now.boot, mono_ms=now.mono_ms, clock=now.quality))

    def rows(self) -> list[Row]:
        with LedgerReader(self.folder / "ratings.db") as reader:
            return [stored.row() for stored in reader.rows()]

    def said(self) -> StampedCondition:
        connection = open_reader(self.folder / "device.db")
        (text,) = connection.execute("SELECT stamped FROM condition").fetchone()
        connection.close()
        return msgspec.json.decode(text, type=StampedCondition)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.stop()


def test_a_clock_that_was_known_all_along_needs_no_clock_row(bench: Bench) -> None:
    bench.let(500)
    bench.kernel = True
    bench.let(500)
    bench.rate()
    bench.let(5_000)
    bench.hear(bench.clock.now().wall)
    bench.let(24 * 3600 * 1000)
    assert [row["kind"] for row in bench.rows()] == ["rating"]


def test_rows_from_before_the_time_was_known_get_one_anchor(bench: Bench) -> None:
    bench.rate()
    bench.rate()
    bench.kernel = True
    for _ in range(3):
        bench.let(5_000)
    assert [(r["kind"], r["clock"]) for r in bench.rows()] == [
        ("rating", "unknown"),
        ("rating", "unknown"),
        ("clock", "trusted"),
    ]
    now, row = bench.clock.now(), bench.rows()[-1]
    assert (row["source"], row["boot"], row["mono_ms"]) == ("kernel", now.boot, now.mono_ms - 10_000)
    assert datetime.fromisoformat(row["at"]) == now.wall - timedelta(seconds=10)


def test_rows_of_an_earlier_boot_need_no_anchor_for_it_would_not_help_them(bench: Bench) -> None:
    bench.rate()
    bench.clock.boot = "another"
    bench.kernel = True
    bench.let(5_000)
    assert [row["kind"] for row in bench.rows()] == ["rating"]


def test_a_restarted_process_anchors_what_the_one_before_it_wrote_in_this_boot(bench: Bench) -> None:
    bench.rate()
    bench.stop()
    bench.start()
    bench.kernel = True
    bench.let(5_000)
    assert [row["kind"] for row in bench.rows()] == ["rating", "clock"]


def test_a_receipt_that_moves_a_clock_the_kernel_had_vouched_for_leaves_an_anchor(bench: Bench) -> None:
    bench.kernel = True
    bench.clock.set_wall(NOW + timedelta(days=365))
    bench.let(500)
    bench.rate()
    bench.hear(NOW)
    bench.let(500)
    rating, anchor = bench.rows()
    assert (rating["clock"], anchor["clock"], anchor["source"]) == ("trusted", "trusted", "receipt")
    assert datetime.fromisoformat(anchor["at"]) == NOW + timedelta(milliseconds=500)


def test_a_time_service_that_steps_the_clock_leaves_an_anchor(bench: Bench) -> None:
    bench.kernel = True
    bench.let(500)
    bench.rate()
    bench.let(5_000)
    bench.clock.set_wall(bench.clock.machine().wall + timedelta(hours=3))
    bench.let(5_000)
    bench.let(5_000)
    rating, anchor = bench.rows()
    assert (rating["kind"], anchor["kind"], anchor["source"]) == ("rating", "clock", "kernel")
    apart = datetime.fromisoformat(anchor["at"]) - datetime.fromisoformat(rating["at"])
    assert apart == timedelta(hours=3, milliseconds=anchor["mono_ms"] - rating["mono_ms"])


def test_a_clock_that_is_drawn_slowly_leaves_one_once_it_is_seconds_away(bench: Bench) -> None:
    bench.kernel = True
    bench.let(500)
    bench.rate()
    for _ in range(60):
        bench.clock.set_wall(bench.clock.machine().wall + timedelta(milliseconds=100))
        bench.let(1_000)
    assert [row["kind"] for row in bench.rows()] == ["rating", "clock"]


def test_a_receipt_turns_a_1970_clock_into_the_provinces_time(bench: Bench) -> None:
    bench.clock.set_wall(IN_1970)
    bench.let(500)
    assert bench.clock.now().wall.year == 1970
    bench.rate()
    bench.hear(NOW)
    bench.let(500)
    assert bench.clock.now().wall == NOW + timedelta(milliseconds=500)
    assert [row["clock"] for row in bench.rows()] == ["unknown", "trusted"]


def test_only_a_receipt_raises_the_floor_and_it_outlives_a_restart(bench: Bench) -> None:
    bench.kernel = True
    bench.clock.set_wall(datetime(2099, 1, 1, tzinfo=UTC))
    bench.let(5_000)
    assert bench.store.time_floor() is None
    bench.hear(NOW)
    bench.let(5_000)
    assert bench.store.time_floor() == NOW
    bench.stop()
    bench.heard.told = None
    bench.clock.boot = "another"
    bench.clock.believe(Belief())
    bench.clock.set_wall(NOW - timedelta(days=1))  # after the release, before what a receipt proved
    bench.start()
    bench.let(5_000)
    assert bench.clock.now().quality == "unknown"


def test_the_floor_is_not_written_at_each_receipt(bench: Bench) -> None:
    bench.hear(NOW)
    bench.let(5_000)
    bench.hear(NOW + timedelta(minutes=30))
    bench.let(5_000)
    assert bench.store.time_floor() == NOW
    bench.hear(NOW + timedelta(minutes=61))
    bench.let(5_000)
    assert bench.store.time_floor() == NOW + timedelta(minutes=61)


def test_the_condition_is_written_when_it_changes_at_most_every_5_s_and_once_a_minute(bench: Bench) -> None:
    bench.let(0)
    first = bench.said()
    assert first.condition == Condition(clock="unknown", clock_source="none")
    bench.let(4_000, faults=("F-021",))
    assert bench.said() == first
    bench.let(1_000, faults=("F-021",), screen=True, key_health="suspect")
    told = bench.said()
    assert told.condition == Condition(faults=("F-021",), screen=True, key_health="suspect")
    for _ in range(11):
        bench.let(5_000, faults=("F-021",), screen=True, key_health="suspect")
    assert bench.said() == told
    bench.let(5_000, faults=("F-021",), screen=True, key_health="suspect")
    assert bench.said().mono_ms == told.mono_ms + 60_000


def test_the_condition_has_no_place_for_a_level_a_key_or_a_screen() -> None:
    assert set(Condition.__struct_fields__) == {
        "faults",
        "screen",
        "key_health",
        "keys_proven_on",
        "clock",
        "clock_source",
    }


def test_a_ledger_that_cannot_record_gets_its_clock_row_later(bench: Bench) -> None:
    bench.rate()
    bench.guard.close()
    bench.kernel = True
    bench.let(500)
    assert bench.guard.fault is not None
    bench.guard.open(known_log=bench.guard.log_id)
    bench.let(500)
    assert [row["kind"] for row in bench.rows()] == ["rating", "clock"]


def test_a_screen_that_skips_snapshots_is_alive_and_one_that_stops_is_not() -> None:
    watch = ScreenWatch()
    assert watch.is_alive(3, 0)
    watch.drawn(3)
    assert watch.is_alive(9, 5_000)
    assert watch.is_alive(12, 9_000)
    watch.drawn(10)  # not the newest, but the one that was waited for
    assert watch.is_alive(12, 10_000)
    assert watch.is_alive(12, 14_000)
    assert not watch.is_alive(12, 15_000)
    watch.drawn(12)
    assert watch.is_alive(12, 16_000)


def test_a_moment_says_by_whose_word(bench: Bench) -> None:
    bench.kernel = True
    bench.let(0)
    now: Moment = bench.clock.now()
    assert (now.quality, now.source) == ("trusted", "kernel")
