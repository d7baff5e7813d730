"""How often the window looks for touches: often when someone may touch, seldom when nobody is asked. Pure."""

from __future__ import annotations

from device.snapshot import Screen

AWAKE_FPS = 60
ASKING_FPS = 30
IDLE_FPS = 10
AWAKE_MS = 2_000


def frames_per_s(screen: Screen | None, last_stir_ms: int, now_ms: int) -> int:
    """The frame rate at `now_ms`, `last_stir_ms` being the last touch or new snapshot.

    A touch waits for the next frame: 20 ms on average at 60, 38 at 30, 100 at 10; an idle board uses 2.4, 1.6
    and 0.4 % of a core. Feedback to a finger must come within 50 ms, so screens that ask are never at 10.
    """
    if now_ms - last_stir_ms < AWAKE_MS:
        return AWAKE_FPS
    return ASKING_FPS if screen in {Screen.LEVEL, Screen.PHONE, Screen.REASONS, Screen.WORDS} else IDLE_FPS
