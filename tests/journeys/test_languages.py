"""A citizen rates in their own language at a real window: chosen by touch, or named by the invitation."""

from __future__ import annotations

import time

import pytest

from tests.journeys.citizen import PAUSES_S, Citizen, look_up
from tests.journeys.touched_device import TouchedDevice

pytestmark = pytest.mark.first

THANKS_S = 4.0
LEFT_ALONE_S = 26.0  # the times of the reasons and the thanks, together

HALL = ("zh-Hans", "en", "bo")


@pytest.fixture(scope="module")
def places():
    return {language: look_up(languages=HALL, language=language) for language in HALL}


@pytest.fixture
def device(tmp_path, display):
    with TouchedDevice(tmp_path, display, languages=HALL) as started:
        yield started


def gives_a_reason(device, citizen, level):
    """Tick the first reason, and finish; whether the row says so."""
    citizen.touches("reasons", "ReasonTile 207")
    citizen.touches("reasons", "ButtonTile finish")
    citizen.waits_for_a_row_after(level, at_most_s=40)
    return device.rows()[-1]["indicators"] == ["207"]


@pytest.mark.parametrize("language", HALL)
def test_a_visit_in_the_language_that_the_invitation_names(device, places, language):
    for number, pause_s in enumerate(PAUSES_S, start=1):
        citizen = Citizen(device, places[language], pause_s)
        id_ = device.invite(number, language=language)
        level = citizen.rates(2)
        assert device.state(id_) == "answered"
        assert (level["level"], level["input"], level["language"]) == (2, "touch", language)
        if gives_a_reason(device, citizen, level):
            break
    else:
        raise AssertionError(f"no reason was heard, however slowly\n{device.log()}")
    assert device.rows()[-1]["language"] == language


@pytest.mark.parametrize("language", ["en", "bo"])
def test_a_visit_in_the_language_that_was_touched_on_the_idle_screen(device, places, language):
    rest_s = THANKS_S
    for number, pause_s in enumerate(PAUSES_S, start=1):
        time.sleep(rest_s)  # the visit before is over
        rest_s = LEFT_ALONE_S
        Citizen(device, places["zh-Hans"], pause_s).chooses(language, panel=True)
        citizen = Citizen(device, places[language], pause_s)
        device.invite(number)
        level = citizen.rates(4)
        citizen.touches("reasons", "ButtonTile finish")
        citizen.waits_for_a_row_after(level, at_most_s=0)
        if level["language"] == language:
            break
    else:
        raise AssertionError(f"no language was chosen, however slowly\n{device.log()}")


def test_a_language_that_the_hall_does_not_have_is_answered_in_its_first(device, places):
    device.invite(1, language="ug")
    assert Citizen(device, places["zh-Hans"], PAUSES_S[0]).rates(5)["language"] == "zh-Hans"
