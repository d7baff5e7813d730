"""A child at the real window: one rating at most of each invitation, and none without any.

More than a thousand touches all over the glass, and as many keys of a panel on which it leans and drums.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from itertools import chain, repeat
from pathlib import Path

import pytest

from hardware.fake_serial_line import FakeSerialLine
from tests.journeys.citizen import HEIGHT, WIDTH
from tests.journeys.touched_device import TouchedDevice
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.first

# A visit that is left alone, and glass that is wiped, are over soon.
TIMES = "answer_s = 30\nreasons_s = 3\nthanks_s = 0.5\ncleaning_s = 10"
PAUSES_S = (*[0.0] * 30, *[0.02] * 6, 0.45)


def storm(line: FakeSerialLine, display: str, *, seed: int, touches: int, least_keys: int) -> None:
    """Touches all over the screen, as fast as they can be made, and meanwhile the panel's keys."""
    dice = random.Random(seed)
    words: list[str] = []
    for _ in range(touches):
        words += ["mousemove", str(dice.randrange(WIDTH)), str(dice.randrange(HEIGHT))]
        words += ["click", "--delay", "0", "1", "sleep", f"{dice.choice(PAUSES_S):g}"]
    with subprocess.Popen(["xdotool", *words], env={**os.environ, "DISPLAY": display}) as hands:
        keys = 0
        while hands.poll() is None or keys < least_keys:
            drum(line, dice)
            keys += 1
            time.sleep(dice.choice((0.0, 0.0, 0.01, 0.1)))
    assert hands.returncode == 0


def drum(line: FakeSerialLine, dice: random.Random) -> None:
    """One key, or two at once; now and then the line is disturbed."""
    pressed = dice.sample(range(1, 6), dice.choice((1, 1, 1, 2)))
    for key in pressed:
        line.press(key)
    if dice.random() < 0.1:
        line.send(dice.randbytes(dice.randrange(1, 40)) + b"\r\n")
    for key in pressed:
        line.release(key)


def test_a_storm_on_glass_and_keys_rates_each_invitation_at_most_once(tmp_path: Path, display: str) -> None:
    with (
        FakeSerialLine(tmp_path / "panel") as line,
        TouchedDevice(tmp_path, display, panel=line.port, times=TIMES) as device,
    ):
        storm(line, display, seed=1, touches=200, least_keys=300)
        assert device.rows() == []
        invited = []
        for number, touches in ((1, 600), (2, 400)):
            invited.append(device.invite(number))
            storm(line, display, seed=number + 1, touches=touches, least_keys=touches)
            # Whoever goes on hitting puts the end off; left alone the visit ends by itself.
            until(lambda: device.state(invited[-1]) != "waiting", within_s=180, what="the visit is over")
        check_ratings(device, invited)

        after = device.invite(3)
        rate_calmly(device, line, after, 2)
        check_ratings(device, [*invited, after])
        assert [row["level"] for row in device.rows() if row["invite"]["id"] == after] == [2]


def check_ratings(device: TouchedDevice, invited: list[str]) -> None:
    """Nothing uninvited; of each invitation one visit, whose first row all others replace."""
    rows = device.rows()
    assert not any("uninvited" in row["flags"] for row in rows)
    assert [row["invite"]["id"] for row in rows if row["replaces"] is None] == invited
    assert len({row["visit"] for row in rows}) == len(invited)


def rate_calmly(device: TouchedDevice, line: FakeSerialLine, id_: str, key: int) -> None:
    """Presses ever farther apart, until one is taken: each puts off the end of the storm's last visit."""
    deadline_s = time.monotonic() + PATIENCE_S * 3
    pauses_s = chain((1, 4), repeat(16))  # longer than that visit or wiping the glass, shorter than answer_s
    while device.state(id_) == "waiting":
        assert time.monotonic() < deadline_s, f"never answered\n{device.log()}"
        line.press(key)
        line.release(key)
        answered_by_s = time.monotonic() + next(pauses_s)
        while device.state(id_) == "waiting" and time.monotonic() < answered_by_s:
            time.sleep(0.1)
