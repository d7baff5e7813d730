"""Ratings go on while the broker is frozen, and all arrive once it is thawed."""

from __future__ import annotations

import signal
import time

import pytest

pytestmark = pytest.mark.first


def rate_while_frozen(loop, numbers):
    before = len(loop.rows())
    loop.kill("broker", signal.SIGSTOP)
    try:
        slowest_s = 0.0
        for at, number in enumerate(numbers):
            id_ = loop.invited(number)
            began_s = time.monotonic()
            loop.press_until_answered(id_, at % 5 + 1)
            slowest_s = max(slowest_s, time.monotonic() - began_s)
            time.sleep(0.45)  # contract: with --fast a visit left alone is over within 0.5 s of its press
    finally:
        loop.kill("broker", signal.SIGCONT)
    rated = [r for r in loop.rows()[before:] if r["outcome"] == "rated"]
    assert [r["level"] for r in rated] == [at % 5 + 1 for at in range(len(numbers))]
    # Nobody waited for the broker: far less than any of its time-outs.
    assert slowest_s < 10
    counted = [r for r in loop.arrived(within_s=90)[before:] if r["counted"]]
    assert [r["hash"] for r in counted] == [r["hash"] for r in rated]


def test_a_hundred_ratings_while_the_broker_is_frozen(fast_loop, number):
    rate_while_frozen(fast_loop, [number() for _ in range(100)])


@pytest.mark.long
def test_a_thousand_ratings_while_the_broker_is_frozen(fast_loop, number):
    rate_while_frozen(fast_loop, [number() for _ in range(1000)])
