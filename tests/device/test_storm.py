"""A child at the window: whatever is hit, one invitation has at most one rating, and nobody else has any."""

from __future__ import annotations

import faulthandler
import gc
import os
import random
import resource
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from device.cleaning_hold import HOLD_MS
from device.counter import InvitationCancel, Invited
from device.events import (
    Button,
    ButtonTile,
    Corner,
    CornerTile,
    CounterCall,
    KeyDown,
    KeyUp,
    LanguageTile,
    LevelTile,
    ReasonTile,
    Target,
    TouchDown,
    TouchUp,
)
from device.level import Level
from device.snapshot import Screen
from device.visit.state import MOST_EXTENSIONS
from tests.device.bench import Bench
from tests.device.visits import RULES

GAPS_MS = (0, 1, 5, 20, 35, 80, 150, 400, 1_600, HOLD_MS)
TARGETS: list[Target | None] = [
    None,
    *map(LevelTile, Level),
    *map(ButtonTile, Button),
    *map(CornerTile, Corner),
    *(ReasonTile(indicator.code) for indicator in RULES.indicators.indicators),
    LanguageTile("en"),
    LanguageTile("zh-Hans"),
]


def hit(bench: Bench, dice: random.Random) -> None:
    """Something is hit, let go or left alone for a while."""
    now_ms = bench.clock.mono_ms()
    finger = f"finger {dice.randrange(4)}"
    match dice.randrange(5):
        case 0 | 1:
            bench.feel(KeyDown(dice.randint(1, 5), now_ms))
        case 2:
            bench.feel(KeyUp(dice.randint(1, 5), now_ms))
        case 3:
            shown = bench.shown.number - dice.choice((0, 0, 0, 1, 3))
            bench.feel(TouchDown(finger, dice.choice(TARGETS), shown, now_ms))
        case 4:
            bench.feel(TouchUp(finger, now_ms))
    bench.let(dice.choice(GAPS_MS))


@pytest.mark.parametrize("seed", range(4))
def test_a_storm_makes_at_most_one_rating_of_each_invitation_and_no_other(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    bench = Bench(tmp_path)
    invited: set[str] = set()
    for number in range(1_500):
        if dice.random() < 0.03:
            answer = bench.invite(number)
            if isinstance(answer, Invited):
                invited.add(answer.id)
        hit(bench, dice)
    bench.let(900_000)
    assert bench.shown.screen is Screen.IDLE
    rows = [row for row in bench.rows() if row["kind"] == "rating"]
    rated = [row for row in rows if row["outcome"] == "rated"]
    assert rated, "a storm that never hits a level proves nothing"
    assert {row["invite"]["id"] for row in rows} <= invited
    assert not any("uninvited" in row["flags"] for row in rows)
    first = [row["invite"]["id"] for row in rows if row["replaces"] is None]
    assert len(first) == len(set(first)), "one visit of each invitation"
    for row in rows:
        if row["replaces"] is not None:
            (before,) = (r for r in rows if r["seq"] == row["replaces"])
            assert (before["visit"], before["outcome"]) == (row["visit"], "rated")
    told = {status.id: status.state for status in bench.announced}
    assert set(told) == invited
    assert "waiting" not in told.values()
    bench.window.close()


def ghosts(bench: Bench, ms: int) -> None:
    """For so long a broken glass tells of a finger every 20 ms, here and there."""
    for _ in range(ms // 20):
        finger = f"ghost of {bench.clock.mono_ms()}"
        bench.feel(TouchDown(finger, None, bench.shown.number, bench.clock.mono_ms()))
        bench.feel(TouchUp(finger, bench.clock.mono_ms()))
        bench.let(20)


def test_a_glass_that_feels_fingers_without_end_holds_no_visit_up(tmp_path: Path) -> None:
    bench = Bench(tmp_path, rules=replace(RULES, answer_ms=500))
    bench.invite(1)
    bench.let(100)
    ghosts(bench, 500 * MOST_EXTENSIONS + 200)
    assert [row["outcome"] for row in bench.rows() if row["kind"] == "rating"] == ["unanswered"]
    bench.window.close()


def test_a_glass_that_feels_fingers_without_end_keeps_no_answer_from_the_counter(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    invited = bench.invite(1)
    assert isinstance(invited, Invited)
    bench.let(100)
    ghosts(bench, 100)
    answers: list[object] = []
    bench.inbox.put(CounterCall(InvitationCancel(invited.id), answers.append))
    ghosts(bench, 200)
    assert answers
    bench.window.close()


@pytest.mark.parametrize("seed", range(2))
def test_a_storm_without_an_invitation_records_nothing(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    bench = Bench(tmp_path)
    for _ in range(1_500):
        hit(bench, dice)
    assert [row for row in bench.rows() if row["kind"] == "rating"] == []
    assert bench.announced == []
    bench.window.close()


@pytest.mark.long
def test_a_hundred_thousand_visits_do_not_fill_the_memory() -> None:
    """2 MB more than after the first 5,000; what the bench itself notes down is thrown away."""
    faulthandler.cancel_dump_traceback_later()  # it takes more than ten minutes where others work too
    memory = Path("/dev/shm")  # where there is none, it is as slow as the disk
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        rules = replace(RULES, reasons_ms=200, thanks_ms=100, dead_ms=100)
        bench = Bench(Path(folder), rules=rules, max_mib=1024)
        visits(bench, 0, 5_000)
        before = resident_bytes()
        visits(bench, 5_000, 100_000)
        assert resident_bytes() - before <= 2_000_000
        bench.window.close()


def visits(bench: Bench, first: int, last: int) -> None:
    """Whole visits, one after another."""
    for number in range(first, last):
        assert isinstance(bench.invite(number), Invited)
        bench.let(10)
        bench.press(number % 5 + 1)
        bench.let(350)
        assert bench.shown.screen is Screen.IDLE
        bench.snapshots[:-1] = []
        bench.announced.clear()
        bench.sent.clear()
        bench.notices.clear()


def resident_bytes() -> int:
    """What this process has in memory, once nothing is waiting to be thrown away."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()
