"""What may be told on the loudspeaker, whatever happens in whatever order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.events import Button, ButtonTile, LevelTile, ReasonTile
from device.level import Level
from device.snapshot import Countdown, Notice, Reason, Screen, Snapshot, WindowCard
from device.voice import telling
from device.voice.script import PROMPTS
from device.voice.telling import Mode, Scene, VoiceRules, VoiceState, Wanted

CARD = WindowCard("07", "", "")
LEVEL_WORDS = {f"level-{n}" for n in range(1, 6)}
PRIVATE = {"chosen", "ticked", "unticked", "declined", "more", "finish"}

reasons = st.lists(st.booleans(), min_size=1, max_size=3)
targets = st.sampled_from([ReasonTile("207"), ButtonTile(Button.MORE), ButtonTile(Button.FINISH)])


@st.composite
def scenes(draw):
    level = draw(st.sampled_from(Level))
    screen = draw(st.sampled_from(Screen))
    ticks = draw(reasons)
    snapshot = Snapshot(
        1,
        screen,
        draw(st.sampled_from(("zh-Hans", "en"))),
        CARD,
        countdown=Countdown(draw(st.integers(0, 90_000)), draw(st.sampled_from((20_000, 60_000)))),
        changing=draw(st.booleans()),
        reasons=tuple(
            Reason(key, f"{level}{key:02}", "", chosen=chosen) for key, chosen in enumerate(ticks, start=1)
        )
        if screen is Screen.REASONS
        else (),
        page=draw(st.integers(0, 2)),
        declined=draw(st.booleans()),
        notice=draw(st.sampled_from((None, Notice.NOT_INVITED))),
        has_keys=draw(st.booleans()),
    )
    return Scene(draw(st.integers(1, 5)), snapshot, level if screen is Screen.REASONS else None)


acts = st.one_of(
    st.tuples(st.just("meet"), scenes()),
    st.tuples(st.just("hold"), st.integers(1, 5)),
    st.tuples(st.just("read"), st.none()),
    st.tuples(st.just("warn"), st.integers(0, 90_000)),
    st.tuples(st.just("explain"), st.none()),
    st.tuples(st.just("plug"), st.booleans()),
)
rules = st.builds(
    VoiceRules,
    wanted=st.sampled_from((Wanted.ON_REQUEST, Wanted.ALWAYS)),
    screen=st.booleans(),
    rows=st.booleans(),
    headphones=st.booleans(),
)


def told(state, act, given_rules):
    what, value = act
    match what:
        case "meet":
            return telling.meet(state, value, given_rules)
        case "hold":
            return state, telling.hold(state, value, given_rules)
        case "read":
            return telling.read_aloud(state, given_rules)
        case "warn":
            return telling.warn(state, value)
        case "explain":
            return state, telling.explain(state, given_rules)
        case _:
            return telling.plug(state, given_rules, plugged=value)


@given(st.lists(acts, max_size=30), rules)
def test_the_loudspeaker_names_all_levels_or_none_and_no_reason(given_acts, given_rules):
    state = VoiceState()
    for act in given_acts:
        state, prompts = told(state, act, given_rules)
        if not state.headphones:
            assert set(prompts) & LEVEL_WORDS in (set(), LEVEL_WORDS)
            assert not set(prompts) & PRIVATE
            assert not [prompt for prompt in prompts if prompt.startswith("reason-")]


@given(st.lists(acts, max_size=30), rules)
def test_every_prompt_is_one_that_a_voice_has(given_acts, given_rules):
    state = VoiceState()
    for act in given_acts:
        state, prompts = told(state, act, given_rules)
        assert not [p for p in prompts if p not in PROMPTS and not p.startswith("reason-")]


@given(st.lists(acts, max_size=30), rules)
def test_the_same_scene_again_says_nothing(given_acts, given_rules):
    state = VoiceState()
    for act in given_acts:
        state, _ = told(state, act, given_rules)
        if state.scene is not None:
            assert telling.meet(state, state.scene, given_rules) == (state, ())


@given(st.lists(acts, max_size=30), rules, targets)
def test_a_reasons_column_is_silent_on_the_loudspeaker(given_acts, given_rules, target):
    state = VoiceState()
    for act in given_acts:
        state, _ = told(state, act, given_rules)
    state, prompts = telling.touch(state, target)
    assert state.headphones or not prompts


@pytest.mark.parametrize("level", Level)
def test_a_column_says_its_level(level):
    state, prompts = telling.touch(VoiceState(mode=Mode.COLUMNS), LevelTile(level))
    assert (prompts, telling.confirm(state)[1]) == ((f"level-{level.value}",), LevelTile(level))
