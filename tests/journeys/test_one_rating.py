"""One rating, from the key to the province."""

from __future__ import annotations

import threading
import time

import httpx
import pytest

from tests.journeys.loop import Loop
from tests.patience import PATIENCE_S, quickest_s, until


@pytest.fixture(scope="module")
def slow_loop(tmp_path_factory):
    """A headless demo at the pace of a window, but for the reasons."""
    loop = Loop(tmp_path_factory.mktemp("slow") / "demo", "--headless")
    yield loop
    assert loop.stop() == 0


class Listener(threading.Thread):
    """What the counter's event stream says."""

    def __init__(self, loop: Loop) -> None:
        super().__init__(daemon=True)
        self._loop = loop
        self.lines: list[str] = []
        self.open = threading.Event()
        self.start()
        assert self.open.wait(PATIENCE_S)

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {self._loop.ready['counter_token']}"}
        url = self._loop.ready["counter"] + "/v1/events"
        try:
            with httpx.stream("GET", url, headers=headers, timeout=60) as stream:
                self.open.set()
                self.lines += stream.iter_lines()
        except httpx.TransportError:
            pass  # the demo ended


def test_from_the_invitation_to_the_province(slow_loop):
    loop = slow_loop
    events = Listener(loop)
    idle = loop.screenshot()
    answer = loop.invite(1)
    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "state", "expires_at"}
    id_ = answer.json()["id"]
    level = until(lambda: loop.screenshot() != idle and loop.screenshot(), what="the level screen")
    time.sleep(0.3)  # the picture may be written before the frame is told
    loop.press(2)
    row = until(loop.rows, what="the row in the ledger")[0]
    assert (row["level"], row["outcome"], row["input"], row["flags"]) == (2, "rated", "key", row["flags"])
    until(lambda: loop.state(id_) == "answered", what="the counter learns it")
    reasons = until(lambda: loop.screenshot() not in {idle, level} and loop.screenshot(), what="the reasons")
    until(loop.ratings, what="at the province")
    rating = loop.ratings()[0]
    assert {name: rating[name] for name in row} == row
    assert (rating["device"], rating["counted"]) == (loop.ready["device_id"], True)
    time.sleep(1.6)  # contract: keys are dead for 1.5 s after a level
    reasons = loop.screenshot()  # what was seen first may have been the pressed tile
    loop.press(1)
    chosen = until(
        lambda: loop.screenshot() not in {idle, level, reasons} and loop.screenshot(),
        what="the reason chosen",
    )
    loop.press(5)
    thanks = until(
        lambda: (
            loop.screenshot() not in {idle, level, reasons, chosen}
            and len(loop.rows()) == 2
            and loop.screenshot()
        ),
        what="the thanks",
    )
    assert thanks
    assert loop.rows()[1]["indicators"] == ["207"]
    assert loop.rows()[1]["replaces"] == row["seq"]
    first, second = loop.arrived()
    assert (first["counted"], second["counted"]) == (False, True)
    said = [line for line in events.lines if line.startswith("data:")]
    assert len(said) == 2
    assert '"waiting"' in said[0]
    assert '"answered"' in said[1]


def test_a_press_is_at_the_province_within_two_seconds(fast_loop, number):
    def press():
        id_, before = fast_loop.invited(number()), len(fast_loop.ratings())
        pressed_s = time.monotonic()
        fast_loop.press_until_answered(id_, 3)
        until(lambda: len(fast_loop.ratings()) > before, what="one more at the province")
        return time.monotonic() - pressed_s

    assert quickest_s(press, under_s=2) < 2


def test_the_same_service_is_refused_once_it_was_rated(fast_loop, number):
    n = number()
    fast_loop.answer(n, 5)
    again = fast_loop.invite(n)
    assert (again.status_code, again.json()["error"]) == (409, "rated")


def test_silence_and_cancelling_look_alike_to_the_counter_and_are_not_alike_in_the_ledger(fast_loop, number):
    n = number()
    id_ = fast_loop.invited(n)
    assert fast_loop.counter.delete(f"/v1/invitations/{id_}").status_code == 204
    assert fast_loop.state(id_) == "closed"
    row = next(r for r in fast_loop.rows() if r["invite"] and r["invite"]["id"] == id_)
    assert row["outcome"] == "cancelled"


def test_a_megabyte_of_noise_on_the_panel_makes_no_rating_and_the_next_press_counts(fast_loop, number):
    before = len(fast_loop.rows())
    id_ = fast_loop.invited(number())
    noise = bytes(range(256)) * 16
    for _ in range(256):
        fast_loop.write_panel(noise)
    time.sleep(0.5)
    assert len(fast_loop.rows()) == before
    fast_loop.write_panel(b"\r\n")
    fast_loop.press_until_answered(id_, 3)
    assert fast_loop.rows()[-1]["level"] == 3


def test_every_answer_to_the_counter_has_the_same_size_whatever_was_pressed(fast_loop, number):
    sizes = set()
    for key in range(1, 6):
        id_ = fast_loop.answer(number(), key)
        answer = fast_loop.counter.get(f"/v1/invitations/{id_}")
        sizes.add((len(answer.content), tuple(sorted(answer.headers))))
    assert len(sizes) == 1
