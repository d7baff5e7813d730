"""A press or touch without an invitation: refused kindly, or taken and flagged; by keys and touch alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from device.events import LevelTile, TouchDown, TouchUp
from device.level import Level
from device.snapshot import Notice, Screen
from device.visit.happenings import PauseChanged
from tests.device.bench import Bench
from tests.device.visits import RULES


def press(bench: Bench) -> None:
    bench.press(2)


def touch(bench: Bench) -> None:
    on = LevelTile(Level.DISSATISFIED) if bench.shown.screen is Screen.LEVEL else None
    bench.feel(TouchDown("t", on, bench.shown.number, bench.clock.mono_ms()))
    bench.feel(TouchUp("t", bench.clock.mono_ms()))
    bench.let(40)


BY = pytest.mark.parametrize("act", [press, touch], ids=["key", "touch"])


@BY
def test_it_is_refused_with_a_kind_sentence_that_goes_by_itself(
    tmp_path: Path, act: Callable[[Bench], None]
) -> None:
    bench = Bench(tmp_path)
    bench.let(100)
    act(bench)
    assert (bench.shown.screen, bench.shown.notice) == (Screen.IDLE, Notice.NOT_INVITED)
    bench.let(5_000)
    assert bench.shown.notice is None
    assert [row for row in bench.rows() if row["kind"] == "rating"] == []
    assert bench.sent == [], "nothing that was refused is acknowledged as taken"
    bench.window.close()


@BY
def test_where_it_is_taken_the_level_is_asked_on_its_own_screen_and_the_row_is_flagged(
    tmp_path: Path, act: Callable[[Bench], None]
) -> None:
    bench = Bench(tmp_path, rules=replace(RULES, uninvited_taken=True))
    bench.let(100)
    act(bench)
    assert bench.shown.screen is Screen.LEVEL
    assert [row for row in bench.rows() if row["kind"] == "rating"] == []
    bench.let(1_000)
    act(bench)
    (row,) = [row for row in bench.rows() if row["kind"] == "rating"]
    assert (row["outcome"], row["level"], row["invite"], row["flags"]) == ("rated", 2, None, ["uninvited"])
    bench.window.close()


@BY
def test_in_a_paused_window_neither_is_anything(tmp_path: Path, act: Callable[[Bench], None]) -> None:
    bench = Bench(tmp_path, rules=replace(RULES, uninvited_taken=True))
    bench.window.apply(PauseChanged(paused=True, at_ms=bench.clock.mono_ms()))
    act(bench)
    assert (bench.shown.screen, bench.shown.notice) == (Screen.PAUSED, None)
    bench.window.close()
