"""The same rating by a real touch: a window under Xvfb, touched by xdotool."""

from __future__ import annotations

import os
import subprocess
import time

import pytest

from tests.journeys.citizen import HEIGHT, WIDTH
from tests.journeys.window_loop import WindowLoop
from tests.patience import until


@pytest.fixture
def loop(tmp_path, display):
    loop = WindowLoop(tmp_path / "demo", display)
    yield loop
    assert loop.stop() == 0


def touch(display, x, y):
    subprocess.run(
        ["xdotool", "mousemove", str(round(x * WIDTH)), str(round(y * HEIGHT)), "click", "1"],
        check=True,
        env={**os.environ, "DISPLAY": display},
    )


@pytest.fixture
def another_screen(loop):
    """Waits for a picture not seen before, and until the screen has shown it for a while."""
    seen = {loop.screenshot()}

    def wait(what):
        seen.add(until(lambda: loop.screenshot() not in seen and loop.screenshot(), what=what))
        time.sleep(0.5)
        seen.add(loop.screenshot())

    return wait


def test_a_touched_tile_is_rated_with_its_reason(loop, display, another_screen):
    loop.invited(1)
    another_screen("the levels")
    touch(display, 0.7, 0.57)  # the fourth tile from the left: level 2
    row = until(loop.rows, what="the row in the ledger")[0]
    assert (row["level"], row["input"]) == (2, "touch")
    another_screen("the reasons")
    time.sleep(1.0)
    touch(display, 0.4, 0.41)  # the first reason
    another_screen("the reason chosen")
    touch(display, 0.93, 0.91)  # done
    until(lambda: len(loop.rows()) == 2, what="the row with the reason")
    assert loop.rows()[1]["indicators"] == ["207"]
    ratings = loop.arrived()
    assert [(r["level"], r["counted"]) for r in ratings] == [(2, False), (2, True)]


def test_a_tile_touched_in_the_larger_letters_somebody_asked_for_is_rated(loop, display, another_screen):
    loop.invited(1)
    another_screen("the levels")
    touch(display, 0.77, 0.08)  # 大字, beside the language
    time.sleep(1.5)  # it is the screen's own: no new picture is told of
    touch(display, 0.7, 0.58)
    row = until(loop.rows, what="the row in the ledger")[0]
    assert (row["level"], row["input"], row["layout_id"]) == (2, "touch", "row5-desc-1")
    another_screen("the reasons")
    time.sleep(1.0)
    touch(display, 0.4, 0.43)
    another_screen("the reason chosen")
    touch(display, 0.93, 0.92)
    until(lambda: len(loop.rows()) == 2, what="the row with the reason")
    assert loop.rows()[1]["indicators"] == ["207"]
    assert [(r["level"], r["counted"]) for r in loop.arrived()] == [(2, False), (2, True)]


def test_a_touch_on_the_idle_screen_rates_nothing(loop, display):
    touch(display, 0.7, 0.57)
    time.sleep(0.5)
    assert loop.rows() == []
