"""A citizen asks at the window for a receipt code, and looks it up at the province on a phone."""

from __future__ import annotations

import pytest

from tests.journeys.citizen import PAUSES_S, Citizen, look_up
from tests.journeys.own_phone import check
from tests.journeys.window_loop import WindowLoop
from tests.patience import until

WORD, OTHER_WORD = "2580", "2581"


@pytest.fixture
def loop(tmp_path, display):
    loop = WindowLoop(tmp_path / "demo", display)
    yield loop
    assert loop.stop() == 0


def test_a_receipt_code_off_the_screen_tells_that_the_rating_came_and_not_what_it_was(loop, phone, number):
    level, address = rated_with_a_receipt(loop, number)
    assert (level["level"], level["input"]) == (2, "touch")
    asked = [row for row in loop.all_rows() if row["kind"] == "receipt"][-1]
    assert asked["visit"] == level["visit"]
    assert WORD not in str(asked)
    loop.arrived()

    phone.goto(address)
    check(phone, "receipt-asked")
    assert asked["code"] == phone.input_value("input[name=code]")
    assert "没有查到" in looked_up(phone, OTHER_WORD)
    answer = looked_up(phone, WORD)
    assert "已于" in answer
    assert "收到您的评价" in answer
    assert [word for word in ("满意", "综合受理", "W07", "C0231") if word in phone.inner_text("body")] == []
    assert WORD not in phone.url
    check(phone, "receipt-found")


def rated_with_a_receipt(loop, number):
    """The row of the level and what the code on the screen says."""
    places = look_up()
    for pause_s in PAUSES_S:
        citizen = Citizen(loop, places, pause_s)
        loop.invited(number(), within_s=180)  # the visit before takes its time when it is left alone
        level = citizen.rates(2)
        citizen.asks_for_a_receipt(WORD)
        if any((row["kind"], row["visit"]) == ("receipt", level["visit"]) for row in loop.all_rows()):
            return level, until(loop.code_on_screen, what="the code on the screen")
    raise AssertionError(f"no receipt was heard, however slowly\n{loop.logs()}")


def looked_up(page, word):
    """What is answered, for the code that is there, to `word`."""
    page.fill("input[name=word]", word)
    page.click("button[type=submit]")
    return page.inner_text("p.big-text")
