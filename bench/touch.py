"""From a finger on the tile of a level to the first changed frame, to the row and to “saved” drawn."""

from __future__ import annotations

from bench.figures import FIGURE_HEADS, Figures, table
from bench.hand_over import HandOver
from bench.press import noted_device
from bench.stand import Stand

COUNT = 200

_STEPS = [
    HandOver.TOUCH_STAMPED,
    HandOver.FRAME_CHANGED,
    HandOver.BEEP_SENT,
    HandOver.COMMITTED,
    HandOver.SAVED_DRAWN,
]


def measure(count: int, stand: Stand) -> str:
    """Touch `count` times, each on a level screen that has been on for a moment.

    The driver of a panel comes before: a touch is handed to the window as a driver's is, once a frame.
    """
    touches = noted_device(stand.folder(), count, touch=True)["choices"]
    return table(
        ["ms after the finger was down", *FIGURE_HEADS],
        [
            [step.value, *Figures.of([touch[step.value] for touch in touches if step.value in touch]).cells()]
            for step in _STEPS
        ],
    )
