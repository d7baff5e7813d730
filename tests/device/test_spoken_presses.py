"""Presses in spoken mode: a long one asks, a short one chooses at its release, none ever does both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.events import KeyDown, KeyUp
from device.press_filter import (
    Chosen,
    FilterRules,
    FilterState,
    Hammered,
    Held,
    KeyChoice,
    due_ms,
    listen,
    settle,
    take,
)

RULES = FilterRules()
LONG_MS = RULES.long_ms
SPOKEN = FilterState(spoken=True, tells_releases=True)


def run(*events, state=SPOKEN, until_ms=1_000_000):
    """What the filter lets through, with time passing between events as the loop lets it pass."""
    through = []
    for event in events:
        state, outputs = let(state, event.at_ms)
        through += outputs
        state, outputs = take(state, event, RULES)
        through += outputs
    through += let(state, until_ms)[1]
    return [output for output in through if isinstance(output, Chosen | Held | Hammered)]


def let(state, until_ms):
    through = []
    while (at_ms := due_ms(state, RULES)) is not None and at_ms <= until_ms:
        state, outputs = settle(state, at_ms, RULES)
        through += outputs
    return state, through


def chosen(key, at_ms):
    return Chosen(KeyChoice(key), at_ms)


@pytest.mark.parametrize(
    ("events", "through"),
    [
        pytest.param([KeyDown(2, 0), KeyUp(2, 200)], [chosen(2, 0)], id="a short press chooses"),
        pytest.param(
            [KeyDown(2, 0), KeyUp(2, LONG_MS - 1)], [chosen(2, 0)], id="a press just too short to ask"
        ),
        pytest.param([KeyDown(2, 0), KeyUp(2, LONG_MS)], [Held(2, 0)], id="a press just long enough to ask"),
        pytest.param([KeyDown(2, 0), KeyUp(2, 3_000)], [Held(2, 0)], id="a long press asks"),
        pytest.param([KeyDown(2, 0)], [Held(2, 0)], id="a key that never comes up asks, and chooses nothing"),
        pytest.param(
            [KeyDown(2, 0), KeyUp(2, 1_000), KeyDown(2, 2_000), KeyUp(2, 2_100)],
            [Held(2, 0), chosen(2, 2_000)],
            id="listening first, choosing then",
        ),
        pytest.param(
            [KeyDown(2, 0), KeyUp(2, 3), KeyDown(2, 6), KeyUp(2, 900)],
            [Held(2, 0)],
            id="contacts that chatter at first do not make a long press short",
        ),
        pytest.param(
            [KeyDown(2, 0), KeyUp(2, 200), KeyDown(2, 205), KeyUp(2, 210)],
            [chosen(2, 0)],
            id="contacts that chatter at the release choose once",
        ),
        pytest.param(
            [KeyDown(2, 0), KeyDown(4, 300), KeyUp(4, 400), KeyUp(2, 500)],
            [],
            id="a second key while the first is down chooses nothing and asks nothing",
        ),
        pytest.param(
            [KeyDown(2, 0), KeyDown(4, 10), KeyUp(2, 900), KeyUp(4, 900)], [], id="two keys at once"
        ),
    ],
)
def test_presses(events, through):
    assert run(*events) == through


def test_a_short_press_chooses_only_at_its_release():
    state, _ = take(SPOKEN, KeyDown(5, 0), RULES)
    assert settle(state, 400, RULES)[1] == ()
    state, outputs = take(state, KeyUp(5, 400), RULES)
    assert outputs == ()
    assert settle(state, 400 + RULES.bounce_ms, RULES)[1] == (chosen(5, 0),)


def test_a_long_press_asks_while_the_key_is_still_down():
    state, _ = take(SPOKEN, KeyDown(5, 0), RULES)
    assert due_ms(state, RULES) == LONG_MS
    assert settle(state, LONG_MS, RULES)[1] == (Held(5, 0),)


def test_a_panel_that_tells_no_releases_chooses_at_the_press():
    assert run(KeyDown(3, 0), KeyDown(4, 5_000), state=FilterState(spoken=True)) == [
        chosen(3, 0),
        chosen(4, 5_000),
    ]


def test_the_first_release_teaches_that_the_panel_tells_them():
    presses = [KeyDown(3, 0), KeyUp(3, 2_000), KeyDown(3, 3_000), KeyUp(3, 5_000)]
    assert run(*presses, state=FilterState(spoken=True)) == [chosen(3, 0), Held(3, 3_000)]


def test_without_spoken_mode_a_long_press_chooses_as_ever():
    state = FilterState(tells_releases=True)
    assert run(KeyDown(3, 0), KeyUp(3, 5_000), state=state) == [chosen(3, 0)]


def test_a_press_goes_on_as_it_began_when_the_mode_changes_under_it():
    state, _ = take(SPOKEN, KeyDown(3, 0), RULES)
    state = listen(state, spoken=False)
    assert settle(state, LONG_MS, RULES)[1] == (Held(3, 0),)


@st.composite
def hands(draw):
    """Presses and releases as a panel tells them, in time, now and then losing one."""
    at_ms, down, events = 0, set(), []
    for _ in range(draw(st.integers(0, 25))):
        at_ms += draw(st.sampled_from((0, 1, 5, 15, 25, 40, 150, 599, 600, 601, 2_500)))
        key = draw(st.integers(1, 5))
        if key in down and draw(st.booleans()):
            down.discard(key)
            events.append(KeyUp(key, at_ms))
        else:
            down.add(key)
            events.append(KeyDown(key, at_ms))
    return events


@given(hands())
def test_no_press_ever_both_asks_and_chooses(events):
    through = [output for output in run(*events) if not isinstance(output, Hammered)]
    presses = [(o.key if isinstance(o, Held) else o.choice.key, o.at_ms) for o in through]
    assert len(presses) == len(set(presses))
    downs = {(e.key, e.at_ms) for e in events if isinstance(e, KeyDown)}
    assert set(presses) <= downs


@given(hands())
def test_what_is_chosen_was_short_and_what_asks_was_not(events):
    for output in run(*events):
        if isinstance(output, Chosen):
            key = output.choice.key
            ups = [e.at_ms for e in events if isinstance(e, KeyUp) and e.key == key]
            assert any(output.at_ms <= up_ms < output.at_ms + LONG_MS for up_ms in ups)
        if isinstance(output, Held):
            last = [e for e in events if e.key == output.key and e.at_ms < output.at_ms + LONG_MS][-1]
            chatter_ms = output.at_ms + LONG_MS - RULES.bounce_ms
            assert isinstance(last, KeyDown) or last.at_ms > chatter_ms


@given(hands(), st.booleans())
def test_the_filter_always_comes_to_rest(events, spoken):
    state = FilterState(spoken=spoken)
    for event in events:
        state, _ = take(state, event, RULES)
    state, _ = let(state, 10_000_000)
    assert state.pending is None
