"""A million rows at once, by one agent to one worker: whether memory grows with what waits."""

from __future__ import annotations

from bench.database import SQLITE
from bench.drain import Way, measured
from bench.stand import Stand

COUNT = 1_000_000


def measure(count: int, stand: Stand) -> str:
    """Drain `count` rows in the simplest way."""
    return measured(count, stand, ways=[Way(SQLITE, agents=1, workers=1)])
