"""What the device's memory grows by over many visits: without a screen, with all of its window, painted."""

from __future__ import annotations

import sys
from itertools import pairwise

from bench.answering_process import answer_of
from bench.figures import table
from bench.stand import Stand

COUNT = 100_000

_PAINTED_SHARE = 50  # of so many visits one: without graphics hardware each frame takes 10 ms to paint
_LOOKS = 20  # at each twentieth: after the first all that is kept for the next visits is there


def measure(count: int, stand: Stand) -> str:
    """Serve `count` visits without a screen, and in a window without graphics; a fiftieth in a whole one."""
    shares = {"none": count, "unpainted": count, "window": -(-count // _PAINTED_SHARE)}
    held = {screen: (visits, _held(visits, stand, screen)) for screen, visits in shares.items()}
    return table(
        ["screen", "visits", "RSS after the first part, MiB", "at the end", "growth", "most in one part"],
        [
            [
                screen,
                visits,
                f"{mib[0]:.1f}",
                f"{mib[-1]:.1f}",
                f"{mib[-1] - mib[0]:.2f}",
                f"{max((later - earlier for earlier, later in pairwise(mib)), default=0.0):.2f}",
            ]
            for screen, (visits, mib) in held.items()
        ],
    )


def _held(visits: int, stand: Stand, screen: str) -> list[float]:
    command = [sys.executable, "-m", "bench.grown_device", "--folder", str(stand.folder())]
    command += ["--screen", screen, "--visits", str(visits), "--looks", str(min(_LOOKS, visits))]
    held: list[float] = answer_of(command)["rss_mib"]
    return held
