"""A citizen rates on their own phone: the code off the screen, the page in a real browser, counted once."""

from __future__ import annotations

import signal
import time

import pytest

from tests.journeys.citizen import PAUSES_S, Citizen, look_up
from tests.journeys.own_phone import check
from tests.journeys.window_loop import WindowLoop
from tests.patience import until


@pytest.fixture(scope="module")
def loop(tmp_path_factory, display):
    loop = WindowLoop(tmp_path_factory.mktemp("phone") / "demo", display)
    until(lambda: devices(loop)[0]["settings_version"], what="the offer in force")
    yield loop
    assert loop.stop() == 0


@pytest.fixture(scope="module")
def citizen(loop):
    return Citizen(loop, look_up(), PAUSES_S[0])


def test_a_code_off_the_screen_leads_to_one_counted_rating(loop, citizen, phone, number):
    project, id_, address = invited_to_phone(loop, citizen, number())
    assert len(address) <= 90
    rates(phone, address, "2", "phone-online")
    until(lambda: loop.state(id_) == "answered", what="the visit's end at the window")
    silence, rating = until(lambda: both(loop, project), what="both rows at the province")
    assert (silence["outcome"], silence["flags"], silence["counted"]) == (
        "unanswered",
        ["phone_offered"],
        False,
    )
    assert silence["marks"] == ["rated_by_phone"]
    assert (rating["channel"], rating["level"], rating["indicators"]) == (3, 2, ["207"])
    assert rating["handling"] == silence["handling"]
    assert (rating["window"], rating["clerk"]) == ("W07", "C0231")
    phone.goto(address)
    assert "这次服务已经评价过了，谢谢" in phone.inner_text("h1")


def test_a_device_that_is_offline_hears_of_it_later_and_one_is_counted(loop, citizen, phone, number):
    loop.kill("sync", signal.SIGSTOP)
    try:
        project, id_, address = invited_to_phone(loop, citizen, number())
        rates(phone, address, "5", "phone-offline")
        assert counted(loop, project) == []  # the province does not know yet which handling it was
        touch_until(citizen, "phone", "ButtonTile scanned", lambda: loop.state(id_) == "closed")
    finally:
        loop.kill("sync", signal.SIGCONT)
    silence, rating = until(lambda: both(loop, project), what="both rows at the province")
    assert silence["marks"] == ["rated_by_phone"]
    assert (rating["channel"], rating["level"], rating["handling"]) == (3, 5, silence["handling"])


def invited_to_phone(loop, citizen, number):
    """The handling's number, the invitation's id, and what the code on the screen says."""
    id_ = loop.invited(number)
    address = touch_until(citizen, "offering", "ButtonTile phone", loop.code_on_screen)
    return f"510100-20261122-{number:06d}", id_, address


def touch_until(citizen, screen, target, is_so):
    """Touch again after a while: the screen may come late."""
    for _ in range(30):
        citizen.touches(screen, target)
        deadline_s = time.monotonic() + 2
        while time.monotonic() < deadline_s:
            found = is_so()
            if found:
                return found
    raise AssertionError(f"{target} was not heard")


def rates(page, address, level, name):
    page.goto(address)
    assert "07 号窗口 综合受理窗口" in page.inner_text("body")  # as on the screen the citizen stands at
    check(page, f"{name}-level")
    page.click(f"button[value='{level}']")
    check(page, f"{name}-reasons")
    page.click("label.reason >> nth=0")
    page.click("button.finish")
    assert "感谢您的评价" in page.inner_text("h1")
    check(page, f"{name}-thanks")


def of_project(loop, project):
    return [r for r in loop.ratings() if (r["handling"] or {}).get("project_no") == project]


def counted(loop, project):
    return [r for r in of_project(loop, project) if r["counted"]]


def both(loop, project):
    """The device's silence and the one rating that counts, once they are joined."""
    silence = [r for r in of_project(loop, project) if r["channel"] == 4]
    ratings = counted(loop, project)
    return (silence[0], ratings[0]) if len(silence) == len(ratings) == 1 else None


def devices(loop):
    return loop.province.get("/api/v1/devices").json()["devices"]
