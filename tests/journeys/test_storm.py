"""A child's fingers on the real window: one rating at most of the one invitation, and none without any."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

from tests.journeys.citizen import HEIGHT, WIDTH
from tests.journeys.touched_device import TouchedDevice
from tests.patience import until


def storm(display: str, *, seed: int, touches: int) -> None:
    """Touches all over the screen, as fast as they can be made."""
    dice = random.Random(seed)
    words: list[str] = []
    for _ in range(touches):
        words += ["mousemove", str(dice.randrange(WIDTH)), str(dice.randrange(HEIGHT)), "click", "1"]
        words += ["sleep", f"{dice.choice((0.0, 0.02, 0.1, 0.45)):g}"]
    subprocess.run(["xdotool", *words], check=True, env={**os.environ, "DISPLAY": display})


def test_a_storm_on_the_window_rates_at_most_once(tmp_path: Path, display: str) -> None:
    with TouchedDevice(tmp_path, display) as device:
        storm(display, seed=1, touches=60)
        assert device.rows() == []
        id_ = device.invite(1)
        storm(display, seed=2, touches=200)
        # Whoever goes on hitting puts the end off; left alone the visit ends by itself.
        until(lambda: device.state(id_) != "waiting", within_s=120, what="the visit is over")
        rows = device.rows()
        assert {row["visit"] for row in rows} == {rows[0]["visit"]}
        assert rows[0]["invite"]["id"] == id_
        assert [row["replaces"] is None for row in rows].count(True) == 1
        assert not any("uninvited" in row["flags"] for row in rows)
