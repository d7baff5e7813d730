"""A snapshot says whose screen it is: the next citizen's first one may look just as this one's last."""

from __future__ import annotations

from device.snapshot import Screen, Snapshot, WindowCard
from device.view import Condition, snapshot_of
from device.visit.happenings import FirstFrame, Offered, Tick
from device.visit.machine import advance
from device.visit.state import State
from tests.device.visits import RULES, invitation


def shown(state: State) -> Snapshot:
    return snapshot_of(
        state,
        number=1,
        window=WindowCard("07", "", ""),
        rules=RULES,
        condition=Condition(),
        tentative=None,
    )


def test_the_levels_of_the_citizen_who_waited_are_another_visits() -> None:
    state = State()
    waits = invitation(2, show_by_ms=300_000)
    for happened in (Offered(invitation(1), 0), FirstFrame(10), Offered(waits, 1_000)):
        state, _ = advance(state, happened, RULES)
    first = shown(state)
    state, _ = advance(state, Tick(10 + RULES.answer_ms), RULES)
    second = shown(state)
    assert (first.screen, second.screen) == (Screen.LEVEL, Screen.LEVEL)
    assert (first.visit, second.visit) == (invitation(1).visit, waits.visit)


def test_a_screen_of_nobodys_visit_says_so() -> None:
    assert shown(State()).visit is None
