"""From the byte of a press on the panel's line to lamp, click, row, first changed frame and “saved” drawn."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from bench.answering_process import answer_of
from bench.figures import FIGURE_HEADS, Figures, table
from bench.hand_over import HandOver
from bench.stand import Stand

COUNT = 200

WINDOW_MS = 30  # keys.together_ms: how long a press waits to see whether it stands alone

_STEPS = [
    HandOver.KEY_STAMPED,
    HandOver.BEEP_SENT,
    HandOver.LAMPS_SENT,
    HandOver.HIGHLIGHT_SHOWN,
    HandOver.HIGHLIGHT_DRAWN,
    HandOver.RECORDED,
    HandOver.COMMITTED,
    HandOver.SAVED_SHOWN,
    HandOver.ANSWERED,
    HandOver.SAVED_DRAWN,
]
_MOST_ROUNDS = 4  # of one device and then the other, so that a slow minute of the machine meets both


def measure(count: int, stand: Stand) -> str:
    """Press `count` times on a device that reads no picture back, and on one that writes screen.png."""
    samples: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    work: list[float] = []
    rounds = min(_MOST_ROUNDS, count)
    for _ in range(rounds):
        for screenshot, found in samples.items():
            answer = noted_device(stand.folder(), -(-count // rounds), screenshot=screenshot)
            found.extend(answer["choices"])
            if not screenshot:
                work.extend(answer["screen_work_ms"])
    plain, photographed = (_figures(found) for found in samples.values())
    presses = table(
        ["ms after the byte was written", *FIGURE_HEADS, "median, screen.png written", "ratio"],
        [
            [name, *these.cells(), f"{photographed[name].median:.1f}", photographed[name].times(these)]
            for name, these in plain.items()
        ],
    )
    turns = table(
        ["ms of processor time", *FIGURE_HEADS],
        [["a turn of the thread that draws, with something to do", *Figures.of(work).cells()]],
    )
    return f"{presses}\n\n{turns}"


def noted_device(
    folder: Path, visits: int, *, screenshot: bool = False, touch: bool = False
) -> dict[str, Any]:
    """What `bench.noted_device` prints. Raises ChuangpingError when it fails."""
    command = [sys.executable, "-m", "bench.noted_device", "--folder", str(folder), "--visits", str(visits)]
    command += ["--screenshot"] if screenshot else []
    command += ["--touch"] if touch else []
    return answer_of([*command, "--started-ns", str(time.monotonic_ns())])


def _figures(presses: list[dict[str, float]]) -> dict[str, Figures]:
    """By what happened; a press that a frame never showed is left out of that frame's line, as its n says."""
    figures = {step.value: Figures.of([p[step.value] for p in presses if step.value in p]) for step in _STEPS}
    waited = f"after the {WINDOW_MS} ms that a press waits"
    return figures | {
        f"{step.value}, {waited}": Figures.of(
            [press[step.value] - WINDOW_MS for press in presses if step.value in press]
        )
        for step in (HandOver.COMMITTED, HandOver.SAVED_DRAWN)
    }
