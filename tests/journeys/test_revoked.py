"""A device that is shut out goes on at its window, and nothing of it is taken until it is let in again."""

from __future__ import annotations

import pytest

from tests.journeys.loop import Loop, until


@pytest.fixture
def loop(tmp_path):
    """A demo of its own: it is shut out of it."""
    started = Loop(tmp_path / "demo", "--headless", "--fast")
    yield started
    assert started.stop() == 0


def change(loop: Loop, what: str) -> list[str]:
    """Shut the device out, or let it in again; what was left to do by hand."""
    path = f"/api/v1/devices/{loop.ready['device_id']}/{what}"
    answer = loop.province.post(path, json={"why": "stolen", "by": "wang"}, timeout=60)
    assert answer.status_code == 200, answer.text
    left: list[str] = answer.json()["left"]
    return left


def agents_log(loop: Loop) -> str:
    return (loop.folder / "log" / "sync.log").read_text("utf-8")


def test_it_is_off_says_why_once_keeps_its_rows_and_brings_them_when_it_is_let_in(loop):
    loop.answer(1, 5)
    before = [row["hash"] for row in loop.arrived()]
    assert change(loop, "revoke") == []
    until(lambda: "the province has shut this client out" in agents_log(loop), what="the agent says so")

    loop.answer(2, 2)
    until(lambda: len(loop.rows()) > len(before), what="the rating is in the ledger")
    loop.kill_and_wait("sync")  # an agent that begins anew is refused as well
    until(lambda: agents_log(loop).count("has shut this client out") == 2, what="said once by each")
    assert [row["hash"] for row in loop.ratings()] == before
    (entry,) = loop.province.get("/api/v1/devices").json()["devices"]
    assert (entry["revoked_why"], entry["online"]) == ("stolen", False)

    assert change(loop, "reinstate") == []
    arrived = loop.arrived()
    assert [row["hash"] for row in arrived[: len(before)]] == before
    assert 2 in [row["level"] for row in arrived]
    assert "two_boots" not in loop.alarms()
