"""What the device's memory grows by over many visits, without a screen and with its window."""

from __future__ import annotations

import sys
from itertools import pairwise

from bench.answering_process import answer_of
from bench.figures import table
from bench.stand import Stand

COUNT = 100_000

_WINDOW_SHARE = 20  # of so many visits one: each frame of a window takes milliseconds
_TENTHS = 10


def measure(count: int, stand: Stand) -> str:
    """Serve `count` visits without a screen, and a twentieth of that in a window; look at every tenth."""
    held = {"none": _held(count, stand, "none"), "window": _held(-(-count // _WINDOW_SHARE), stand, "window")}
    return table(
        ["screen", "visits", "RSS after the first tenth, MiB", "at the end", "growth", "most in one tenth"],
        [
            [
                screen,
                visits,
                f"{mib[0]:.1f}",
                f"{mib[-1]:.1f}",
                f"{mib[-1] - mib[0]:.1f}",
                f"{max((later - earlier for earlier, later in pairwise(mib)), default=0.0):.1f}",
            ]
            for screen, (visits, mib) in held.items()
        ],
    )


def _held(visits: int, stand: Stand, screen: str) -> tuple[int, list[float]]:
    tenths = min(_TENTHS, visits)
    command = [sys.executable, "-m", "bench.grown_device", "--folder", str(stand.folder())]
    command += ["--screen", screen, "--visits", str(visits), "--looks", str(tenths)]
    return visits, answer_of(command)["rss_mib"]
