"""kill -9 at random: every rating that was said to be saved is held by the province once."""

from __future__ import annotations

import random

import httpx
import pytest

from tests.journeys.loop import Loop
from tests.patience import until

pytestmark = pytest.mark.first

ROUNDS = 32


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    loop = Loop(tmp_path_factory.mktemp("kill") / "demo", "--headless", "--fast")
    yield loop
    assert loop.stop() == 0


def test_every_saved_rating_is_held_once_whatever_was_killed(loop):
    saved: dict[str, int] = {}
    victims = [("broker", "device", "province", "sync")[at % 4] for at in range(ROUNDS)]
    random.shuffle(victims)
    for at, victim in enumerate(victims):
        key = random.randint(1, 5)
        id_ = loop.answer(1000 + at, key)
        saved[id_] = key  # the counter learns `answered` when the screen says 已保存
        loop.kill_and_wait(victim)
    loop.answer(2000, 5)
    rows = loop.rows()
    rated = {r["invite"]["id"]: r["level"] for r in rows if r["outcome"] == "rated"}
    assert saved.items() <= rated.items()
    ratings = loop.arrived()
    counted = {r["invite"]["id"]: r["level"] for r in ratings if r["counted"] and r["outcome"] == "rated"}
    assert counted == rated


def test_a_device_killed_while_an_invitation_waits_ends_it_as_interrupted(loop):
    id_ = loop.invited(3000)
    waiting = loop.invited(3001)
    loop.kill_and_wait("device")

    def closed(which: str) -> bool:
        try:
            return loop.state(which) == "closed"
        except httpx.TransportError:
            return False

    for which in (id_, waiting):
        until(lambda which=which: closed(which), what="the invitation is closed")
        row = next(r for r in loop.rows() if r["invite"]["id"] == which)
        assert row["outcome"] == "unanswered"
        assert "interrupted" in row["flags"]
        assert row["level"] is None
    loop.answer(3002, 4)
    loop.arrived()
